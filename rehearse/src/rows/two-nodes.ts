/** Row 12: many writers on every node, one room, one order. */
import type { Row } from '../stage.js'

const ACKS = { short: 600, long: 10_000 }

export const twoNodes: Row = {
  number: 12,
  title: '20 writers on each node',
  cast: { writers: 60, readers: 3, pauseMs: [150, 350], characters: [20, 60] },
  async fault({ scene, isLong, note, violate }) {
    const startedAt = performance.now()
    const wanted = isLong ? ACKS.long : ACKS.short
    if (!(await scene.moreAcks(wanted, 120_000))) violate(`fewer than ${wanted} acks in two minutes`)
    note(`${Math.round((wanted / (performance.now() - startedAt)) * 1000)} acks a second`)
  },
}
