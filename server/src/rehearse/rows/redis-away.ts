/** Row 3: Redis is killed and restarted, forgets everything, falls asleep: sends and the own node notice nothing. */
import { localDeliveries, percentile } from '../latency.js'
import type { Row, Stage } from '../stage.js'

const KILLED_MS = 1_500
/** Before, between and after. */
const OBSERVED_MS = 1_000
const ASLEEP_MS = { short: 3_000, long: 20_000 }
const LOCAL_P99_MS = 100
/** On a busy machine everything is slower; the outage must not make it much slower still. */
const ALLOWED_SLOWDOWN = 3

export const redisAway: Row = {
  number: 3,
  title: 'Redis killed, flushed, asleep',
  async fault(stage) {
    const { cluster, isLong, pause } = stage
    const normalMs = await localP99(stage, () => pause(OBSERVED_MS))
    stage.note(`local p99 before ${Math.round(normalMs)} ms`)
    const during = async (name: string, run: () => Promise<unknown>) => {
      const p99 = await localP99(stage, run)
      stage.note(`${name} ${Math.round(p99)} ms`)
      if (p99 > Math.max(LOCAL_P99_MS, normalMs * ALLOWED_SLOWDOWN))
        stage.violate(`local delivery p99 was ${Math.round(p99)} ms while Redis was ${name}`)
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

async function localP99({ scene, violate }: Stage, run: () => Promise<unknown>): Promise<number> {
  const fromMs = performance.now()
  const before = scene.acked
  await run()
  const toMs = performance.now()
  if (scene.acked === before) violate('nothing was acked meanwhile')
  await scene.moreAcks(10, 5_000)
  return percentile(localDeliveries(scene, { fromMs, toMs }), 0.99)
}
