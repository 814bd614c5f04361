/** Row 15: every node is replaced in turn under load: no send fails for good, nobody seems to leave who stays. */
import type { Row } from '../stage.js'

const STOPS_WITHIN_MS = 30_000

export const rollingDeploy: Row = {
  number: 15,
  title: 'rolling deploy',
  async fault({ cluster, scene, isLong, note, violate, pause }) {
    const flapsBefore = scene.presence.flaps
    const stopTimes: number[] = []
    for (const seat of cluster.seats) {
      const startedAt = performance.now()
      const { code, signal } = await seat.handOver()
      stopTimes.push(performance.now() - startedAt)
      if (code !== 0) violate(`node ${seat.index} stopped with ${signal ?? code}`)
      if (!(await scene.moreAcks(30, 60_000))) violate(`no acks after node ${seat.index} was replaced`)
      if (isLong) await pause(5_000)
    }
    // Late facts still reach a reader within the grace period of presence.
    await pause(5_000)
    const slowest = Math.max(...stopTimes)
    const flaps = scene.presence.flaps - flapsBefore
    note(`slowest stop ${(slowest / 1000).toFixed(1)} s, ${flaps} false leaves`)
    if (slowest > STOPS_WITHIN_MS) violate(`a node took ${Math.round(slowest / 1000)} s to stop`)
    if (flaps > 0) violate(`readers saw people leave ${flaps} times who stayed`)
  },
}
