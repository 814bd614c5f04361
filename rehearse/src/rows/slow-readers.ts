/** Row 9: readers who stop reading, or read at 5 KB/s: at most 1 MiB each, cut off, complete later; others unmoved. */
import { enter, type Person } from '../client.js'
import { localLags, percentile } from '../latency.js'
import type { Row, Stage } from '../stage.js'
import { waitUntil } from '../processes/wait-until.js'

const MAX_BACKLOG_BYTES = 1024 * 1024
const SLOW_BYTES_PER_SECOND = 5_000
/** Beyond what the kernel's buffers on the way take. */
const FLOOD_MESSAGES = 450
const MANY_STUCK = 1_000
const ENTER_AT_ONCE = 25
const ALLOWED_SLOWDOWN = 3
const UNMOVED_MS = 250

export const slowReaders: Row = {
  number: 9,
  title: 'slow readers',
  cast: { writers: 3, readers: 3, pauseMs: [25, 45], characters: [15_000, 16_000] },
  async fault(stage) {
    const { cluster, scene, isLong, vitalSigns, note, violate } = stage
    const measure = async (messages: number) => {
      const fromMs = performance.now()
      await scene.moreAcks(messages, 120_000)
      return percentile(localLags(scene, { fromMs, toMs: performance.now() }), 0.99)
    }
    const before = await measure(60)
    const cutBefore = await countCutOff(stage)
    vitalSigns.takePeaks()
    const stuck = [await come(stage, 'stuck', 0), await come(stage, 'trickle', SLOW_BYTES_PER_SECOND)]
    const meanwhile = await measure(FLOOD_MESSAGES)
    if (isLong) await crowdStuck(stage, measure)
    const wanted = stuck.length + (isLong ? MANY_STUCK : 0)
    const floodedAt = performance.now()
    // Read from the nodes, because nothing gets through a stalled network.
    const isCutOff = await waitUntil(
      async () => (await countCutOff(stage)) - cutBefore >= wanted,
      60_000,
      250,
    )
    const { backlogBytes } = vitalSigns.takePeaks()
    note(
      `healthy readers ${Math.round(before)} ms after the ack (p99), then ${Math.round(meanwhile)} ms; ` +
        `largest backlog ${Math.round(backlogBytes / 1024)} KiB; ${(await countCutOff(stage)) - cutBefore} cut off`,
    )
    if (backlogBytes > MAX_BACKLOG_BYTES) violate(`a slow reader cost ${backlogBytes} bytes`)
    if (!isCutOff) violate('a slow reader was not cut off')
    if (meanwhile > Math.max(UNMOVED_MS, before * ALLOWED_SLOWDOWN))
      violate(
        `healthy readers had messages ${Math.round(meanwhile)} ms after the ack (p99), ${Math.round(before)} ms before`,
      )
    const healedAt = performance.now()
    for (const slow of stuck) slow.heal()
    const head = () => Math.max(...scene.readers.map(({ lastSeq }) => lastSeq))
    scene.stop()
    const isComplete = await waitUntil(
      () =>
        stuck.every(
          ({ person }) => person.room.messages.at(-1)?.seq === head() && person.room.status === 'joined',
        ),
      75_000,
    )
    note(
      `complete ${seconds(healedAt)} after the network healed, cut off ${seconds(floodedAt, healedAt)} after the flood`,
    )
    if (!isComplete) violate('a slow reader did not become complete')
    for (const slow of stuck) await slow.leave()
    cluster.heal()
  },
}

interface SlowPerson {
  person: Person
  heal(): void
  leave(): Promise<void>
}

async function come({ cluster, scene }: Stage, name: string, bytesPerSecond: number): Promise<SlowPerson> {
  const { url, proxy } = await cluster.openProxy(0)
  const person = await enter({ name, proxy: 0, url, app: cluster.app, room: scene.room })
  scene.presence.expect(person.chat.me!.id)
  proxy.slowDown(bytesPerSecond)
  return {
    person,
    heal: () => proxy.heal(),
    async leave() {
      scene.presence.forget(person.chat.me!.id)
      await person.chat.close()
      await proxy.close()
    },
  }
}

/**
 * A thousand of them. What they cost is judged, and not what others wait: until they are cut off, one machine brings
 * every message to all of them. They leave before the network heals, because it could not bring all they missed.
 */
async function crowdStuck(stage: Stage, measure: (messages: number) => Promise<number>): Promise<void> {
  const cutBefore = await countCutOff(stage)
  const leave = await comeInMany(stage, MANY_STUCK)
  const p99 = await measure(FLOOD_MESSAGES)
  await waitUntil(async () => (await countCutOff(stage)) - cutBefore >= MANY_STUCK, 60_000, 250)
  stage.note(`${MANY_STUCK} more: healthy p99 ${Math.round(p99)} ms until they were cut off`)
  await leave()
}

/** A crowd by one bad proxy, while nobody writes: it is bad before the first message. */
async function comeInMany({ cluster, scene }: Stage, count: number): Promise<() => Promise<void>> {
  const { url, proxy } = await cluster.openProxy(1)
  const people: Person[] = []
  scene.stop()
  while (people.length < count) {
    const some = Array.from({ length: Math.min(ENTER_AT_ONCE, count - people.length) }, (_, index) => {
      const name = `crowd${people.length + index}`
      return enter({ name, proxy: 1, url, app: cluster.app, room: scene.room })
    })
    people.push(...(await Promise.all(some)))
  }
  for (const { chat } of people) scene.presence.expect(chat.me!.id)
  proxy.slowDown(0)
  scene.start()
  return async () => {
    for (const { chat } of people) scene.presence.forget(chat.me!.id)
    await Promise.all(people.map(({ chat }) => chat.close()))
    await proxy.close()
  }
}

async function countCutOff({ cluster }: Stage): Promise<number> {
  const all = await Promise.all(cluster.seats.map(({ node }) => node.metrics()))
  return all.reduce((sum, metrics) => sum + (metrics?.sum('alcove_slow_readers_total') ?? 0), 0)
}

const seconds = (from: number, to = performance.now()) => `${((to - from) / 1000).toFixed(1)} s`
