/** Row 19: an event loop stalls for three seconds: connections and leases survive, and the metric shows it. */
import { waitUntil } from '../processes/wait-until.js'
import type { Row } from '../stage.js'

const STALL_MS = 3_000
/** The node answers what waited for it first, and the metrics may be asked for once before the stall is counted. */
const SHOWN_WITHIN_MS = 10_000

export const loopStalled: Row = {
  number: 19,
  title: 'event loop stalled',
  async fault({ cluster, scene, random, vitalSigns, note, violate, pause }) {
    const seat = random.pick(cluster.seats)
    const people = [...scene.writers, ...scene.readers].map(({ person }) => person)
    let breaks = 0
    const offs = people.map(({ chat }) => chat.on('status', () => (breaks += 1)))
    const flapsBefore = scene.presence.flaps
    vitalSigns.takePeaks()
    seat.node.signal('SIGUSR2')
    await pause(STALL_MS + 1_500)
    for (const off of offs) off()
    let eventLoopLagSeconds = 0
    const isShown = await waitUntil(() => {
      eventLoopLagSeconds = Math.max(eventLoopLagSeconds, vitalSigns.takePeaks().eventLoopLagSeconds)
      return eventLoopLagSeconds * 1_000 >= STALL_MS * 0.8
    }, SHOWN_WITHIN_MS)
    const flaps = scene.presence.flaps - flapsBefore
    note(`lag metric ${eventLoopLagSeconds.toFixed(1)} s, ${breaks} connections lost, ${flaps} false leaves`)
    if (breaks > 0) violate(`${breaks} connections were lost`)
    if (flaps > 0) violate(`readers saw people leave ${flaps} times who stayed`)
    if (!isShown) violate(`the lag metric shows ${eventLoopLagSeconds} s`)
  },
}
