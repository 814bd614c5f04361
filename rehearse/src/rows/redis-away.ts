/** Row 3: Redis is killed and restarted, forgets everything, falls asleep: sends and the own node notice nothing. */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { ackTimes, localLags, percentile } from '../latency.js'
import type { Row, Stage } from '../stage.js'

const KILLED_MS = 1_500
/** Before, between and after. */
const OBSERVED_MS = 1_000
const ASLEEP_MS = { short: 3_000, long: 20_000 }
const LOCAL_P99_MS = 100
/** An ack needs PostgreSQL alone. On a busy machine it is slow before as well. */
const ACK_P99_MS = 2_000
const ALLOWED_SLOWDOWN = 3

export const redisAway: Row = {
  number: 3,
  title: 'Redis killed, flushed, asleep',
  async fault(stage) {
    const { cluster, isLong, note, violate, pause } = stage
    const normal = await measure(stage, () => pause(OBSERVED_MS))
    note(`before: ${inWords(normal)}`)
    const during = async (name: string, run: () => Promise<unknown>) => {
      const pace = await measure(stage, run)
      note(`${name}: ${inWords(pace)}`)
      const allowedMs = (leastMs: number, normalMs: number) =>
        Math.max(leastMs, normalMs * ALLOWED_SLOWDOWN) + pace.stoodStillMs
      if (pace.localP99Ms > allowedMs(LOCAL_P99_MS, normal.localP99Ms))
        violate(
          `readers of the same node had a message ${Math.round(pace.localP99Ms)} ms after its ack (p99) while Redis was ${name}`,
        )
      if (pace.ackP99Ms > allowedMs(ACK_P99_MS, normal.ackP99Ms))
        violate(`acks took ${Math.round(pace.ackP99Ms)} ms (p99) while Redis was ${name}`)
    }
    await during('killed', async () => {
      await cluster.redis.kill()
      await pause(KILLED_MS)
    })
    await cluster.redis.start()
    await pause(OBSERVED_MS)
    await during('flushed', async () => {
      await cluster.redis.command('FLUSHALL')
      await pause(OBSERVED_MS)
    })
    await during('asleep', async () => {
      cluster.redis.sleep()
      await pause(isLong ? ASLEEP_MS.long : ASLEEP_MS.short)
    })
    cluster.redis.wake()
  },
}

interface Pace {
  ackP99Ms: number
  /** After the ack, to readers of the same node. */
  localP99Ms: number
  /** The longest any node or the rehearsal itself did nothing: what that made late, Redis did not. */
  stoodStillMs: number
}

async function measure({ scene, vitalSigns, violate }: Stage, run: () => Promise<unknown>): Promise<Pace> {
  const ownDelay = monitorEventLoopDelay()
  ownDelay.enable()
  vitalSigns.takePeaks()
  const fromMs = performance.now()
  const before = scene.acked
  await run()
  const toMs = performance.now()
  if (scene.acked === before) violate('nothing was acked meanwhile')
  await scene.moreAcks(10, 5_000)
  const ackP99Ms = percentile(ackTimes(scene, { fromMs, toMs }), 0.99)
  const localP99Ms = percentile(localLags(scene, { fromMs, toMs }), 0.99)
  await vitalSigns.look()
  ownDelay.disable()
  const stoodStillMs = Math.max(vitalSigns.takePeaks().eventLoopLagSeconds * 1_000, ownDelay.max / 1e6)
  return { ackP99Ms, localP99Ms, stoodStillMs }
}

const inWords = ({ ackP99Ms, localP99Ms, stoodStillMs }: Pace) =>
  `acks ${Math.round(ackP99Ms)} ms, own node's readers ${Math.round(localP99Ms)} ms later (p99), ` +
  `nobody stood still for more than ${Math.round(stoodStillMs)} ms`
