/** Row 2: a node is paused, as a virtual machine is; nobody elsewhere waits, and it catches up afterwards. */
import { ackTimes } from '../latency.js'
import type { Row, Stage } from '../stage.js'

const PAUSES_MS = { short: [1_000, 2_500], long: [1_000, 10_000, 60_000] }
const MAX_HANG_MS = 2_000

export const nodePaused: Row = {
  number: 2,
  title: 'node paused',
  // A pause longer than the heartbeat throws people out; they come back with the SDK's jitter.
  cast: { backWithinMs: 75_000 },
  async fault(stage) {
    for (const pauseMs of stage.isLong ? PAUSES_MS.long : PAUSES_MS.short) await pauseOne(stage, pauseMs)
  },
}

async function pauseOne(
  { cluster, scene, random, note, violate, pause }: Stage,
  pauseMs: number,
): Promise<void> {
  const seat = random.pick(cluster.seats)
  const window = { fromMs: performance.now(), toMs: Infinity }
  seat.node.signal('SIGSTOP')
  await pause(pauseMs)
  const elsewhere = Math.max(
    0,
    ...ackTimes(scene, window, (proxy) => proxy % cluster.seats.length !== seat.index),
  )
  seat.node.signal('SIGCONT')
  note(`${pauseMs / 1000} s: longest ack elsewhere ${Math.round(elsewhere)} ms`)
  if (elsewhere > MAX_HANG_MS)
    violate(`a send elsewhere took ${Math.round(elsewhere)} ms while node ${seat.index} was paused`)
  await scene.moreAcks(30, 10_000)
}
