/** Row 16: somebody is away while thousands of messages are written, and while the log begins another life. */
import { enter } from '../client.js'
import { createReader } from '../reader.js'
import type { Row } from '../stage.js'
import { waitUntil } from '../processes/wait-until.js'

const MESSAGES = { short: 800, long: 10_000 }
const BACK_WITHIN_MS = 60_000

export const nightOffline: Row = {
  number: 16,
  title: 'a night offline',
  cast: { writers: 12, pauseMs: [5, 15], characters: [20, 80], allowsReset: true },
  async fault({ cluster, scene, isLong, note, violate }) {
    const { url, proxy } = await cluster.openProxy(1)
    const sleeper = await enter({ name: 'sleeper', proxy: 1, url, app: cluster.app, room: scene.room })
    const reader = createReader(sleeper)
    scene.presence.expect(sleeper.chat.me!.id)
    const head = () => Math.max(...scene.readers.map(({ lastSeq }) => lastSeq))
    const isComplete = () =>
      waitUntil(() => sleeper.room.status === 'joined' && reader.lastSeq >= head(), BACK_WITHIN_MS)

    proxy.cut()
    const wanted = isLong ? MESSAGES.long : MESSAGES.short
    if (!(await scene.moreAcks(wanted, 240_000))) violate(`fewer than ${wanted} messages in four minutes`)
    scene.stop()
    proxy.heal()
    const startedAt = performance.now()
    if (!(await isComplete())) violate('the sleeper did not catch up')
    const told = reader.entries.filter(({ kind }) => kind === 'message').length
    const resets = reader.entries.flatMap((entry) =>
      entry.kind === 'began' && entry.why !== 'joined' ? entry.why : [],
    )
    note(
      `back after ${wanted} messages: ${told} told, ${resets.length} resets, ${Math.round(performance.now() - startedAt)} ms`,
    )

    proxy.cut()
    await cluster.database.query(`update rooms set epoch = $1 where id = $2 and app_id = $3`, [
      `rehearsed-${Date.now()}`,
      scene.room,
      cluster.app.id,
    ])
    proxy.heal()
    const isReported = await waitUntil(
      () => reader.entries.some((entry) => entry.kind === 'began' && entry.why === 'epoch'),
      BACK_WITHIN_MS,
    )
    if (!isReported) violate('a new epoch was not reported')
    scene.start()
    if (!(await scene.moreAcks(20, BACK_WITHIN_MS))) violate('nothing can be sent in the new epoch')
    scene.stop()
    if (!(await isComplete())) violate('the sleeper did not follow into the new epoch')
    scene.presence.forget(sleeper.chat.me!.id)
    await sleeper.chat.close()
    await proxy.close()
  },
}
