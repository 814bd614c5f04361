/** Row 10: clocks that are wrong by ten minutes, ahead on one node and behind on another: order is by seq alone. */
import type { Row } from '../stage.js'

const OFF_MS = 600_000

export const clocksOff: Row = {
  number: 10,
  title: 'clocks off by 10 minutes',
  async fault({ cluster, scene, note, violate }) {
    const [ahead, behind] = cluster.seats
    const replaced = [
      [ahead, OFF_MS],
      [behind, -OFF_MS],
    ] as const
    for (const [seat, offMs] of replaced) {
      if (!seat) continue
      const former = seat.node
      former.signal('SIGTERM')
      await seat.replace({ REHEARSE_CLOCK_MS: `${offMs}` })
      await former.ended
    }
    if (!(await scene.moreAcks(100, 60_000))) violate('no acks with wrong clocks')
    for (const [seat] of replaced) {
      if (!seat) continue
      const former = seat.node
      former.signal('SIGTERM')
      await seat.replace()
      await former.ended
    }
    note('node 0 ahead, node 1 behind: their clients are off by as much the other way')
  },
}
