/** The Redis and node-kill rows once more, by the same seed, against a bare Socket.IO room over the same Redis. */
import type { Cluster } from './cluster.js'
import { openBareRoom, type BareRoom } from './bare-room.js'
import type { Random } from './processes/random.js'
import type { ComparisonResult } from './report.js'
import { pause } from './stage.js'

const KILLED_MS = 1_500
const KILLS = 3
const ACKS_BETWEEN = 100
const ACKS_WITHIN_MS = 60_000

type Fault = (room: BareRoom, cluster: Cluster, random: Random) => Promise<void>

const FAULTS: Record<string, Fault> = {
  'Redis away for 1.5 s': async (room, { redis }) => {
    await redis.kill()
    await pause(KILLED_MS)
    await redis.start()
    await room.moreAcks(ACKS_BETWEEN, ACKS_WITHIN_MS)
  },
  [`${KILLS} nodes killed`]: async (room, _cluster, random) => {
    for (let kill = 0; kill < KILLS; kill += 1) {
      await room.moreAcks(ACKS_BETWEEN, ACKS_WITHIN_MS)
      const seat = random.pick(room.seats)
      await seat.program.kill()
      await pause(random.between(100, 500))
      await room.replace(seat)
    }
    await room.moreAcks(ACKS_BETWEEN, ACKS_WITHIN_MS)
  },
}

export async function compare(
  cluster: Cluster,
  random: Random,
  say: (line: string) => void,
): Promise<ComparisonResult[]> {
  const results: ComparisonResult[] = []
  for (const [name, fault] of Object.entries(FAULTS)) {
    say(`a bare room: ${name} …`)
    const room = await openBareRoom({
      redisPort: cluster.redis.port,
      nodes: cluster.seats.length,
      writers: 4,
      readers: 4,
      random: random.fork(name),
      pauseMs: [10, 40],
    })
    try {
      room.start()
      await room.moreAcks(ACKS_BETWEEN, ACKS_WITHIN_MS)
      await fault(room, cluster, random.fork(name))
      await pause(500)
      results.push(await room.judge(name))
    } finally {
      await room.close()
    }
  }
  return results
}
