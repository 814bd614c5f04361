/** Row 10: clocks that are wrong by ten minutes, ahead on one node and behind on another: order is by seq alone. */
import type { Row } from '../stage.js'

const OFF_MS = 600_000

export const clocksOff: Row = {
  number: 10,
  title: 'clocks off by 10 minutes',
  async fault({ cluster, scene, note, violate }) {
    const [ahead, behind] = cluster.seats
    await ahead?.handOver({ REHEARSE_CLOCK_MS: `${OFF_MS}` })
    await behind?.handOver({ REHEARSE_CLOCK_MS: `${-OFF_MS}` })
    if (!(await scene.moreAcks(100, 60_000))) violate('no acks with wrong clocks')
    await ahead?.handOver()
    await behind?.handOver()
    note('node 0 ahead, node 1 behind: their clients are off by as much the other way')
  },
}
