/** Row 6: PostgreSQL ends at once, loses backends in the middle of transactions, and is back. */
import { randomUUID } from 'node:crypto'
import { connectBare, type BareClient } from '../bare-client.js'
import type { Row, Stage } from '../stage.js'

const AWAY_MS = 1_500
const FAILS_WITHIN_MS = 8_000
const BACKENDS = { short: 10, long: 60 }

export const postgresGone: Row = {
  number: 6,
  title: 'PostgreSQL stopped at once, backends killed',
  async fault(stage) {
    const { cluster, isLong, scene, pause } = stage
    await terminateBackends(stage, isLong ? BACKENDS.long : BACKENDS.short)
    const witness = await connectBare({ url: cluster.proxies[0]!, app: cluster.app, user: 'listener0' })
    await witness.ask('room:join', { room: scene.room })
    for (let stop = 0; stop < (isLong ? 5 : 1); stop += 1) {
      await scene.moreAcks(30, 60_000)
      await stopServer(stage)
      const [failure] = await Promise.all([timeOfFailure(stage, witness), pause(AWAY_MS)])
      stage.note(`a send failed after ${failure} ms`)
      await startServer(stage)
    }
    witness.close()
    if (!(await scene.moreAcks(30, 60_000))) stage.violate('no acks after the restart')
  },
}

/** Those that are at work, now and then one that is not. */
async function terminateBackends({ cluster, random, note, pause }: Stage, count: number): Promise<void> {
  let inTransaction = 0
  for (let kill = 0; kill < count; kill += 1) {
    const killed = await cluster.database.query<{ state: string | null }>(
      `select state, pg_terminate_backend(pid) from pg_stat_activity
       where datname = $1 and pid <> pg_backend_pid() and application_name = 'alcove'
       order by state = 'active' desc, pid limit 1`,
      [cluster.databaseName],
    )
    inTransaction += killed.filter(({ state }) => state === 'active').length
    await pause(random.between(20, 150))
  }
  note(`${count} backends killed, ${inTransaction} at work`)
}

/** Somebody else's server is not ours to stop: then nobody reaches it, and its backends are gone. */
async function stopServer({ cluster }: Stage): Promise<void> {
  if (cluster.postgres) return cluster.postgres.stopImmediately()
  for (const { postgresLink } of cluster.seats) postgresLink.cut()
}

async function startServer({ cluster }: Stage): Promise<void> {
  if (cluster.postgres) await cluster.postgres.start()
  else for (const { postgresLink } of cluster.seats) postgresLink.heal()
}

/** Sends fail fast; the SDK then tries again by itself. */
async function timeOfFailure({ scene, violate }: Stage, witness: BareClient): Promise<number> {
  const startedAt = performance.now()
  const { room, mark } = scene
  const answer = await witness.ask('message:send', { room, id: randomUUID(), text: `${mark}witness` })
  const tookMs = Math.round(performance.now() - startedAt)
  if (answer.ok) violate('a send was acked while PostgreSQL was away')
  else if (answer.error.code !== 'unavailable') violate(`a send failed with ${answer.error.code}`)
  if (tookMs > FAILS_WITHIN_MS) violate(`a send took ${tookMs} ms to fail`)
  return tookMs
}
