/** Row 13: everybody is thrown out twice a second while writing. */
import type { Row } from '../stage.js'

const EVERY_MS = 500
const TIMES = { short: 5, long: 40 }

export const thrownOut: Row = {
  number: 13,
  title: 'thrown out every 500 ms',
  async fault({ cluster, isLong, note, pause }) {
    const times = isLong ? TIMES.long : TIMES.short
    for (let time = 0; time < times; time += 1) {
      for (const { proxy } of cluster.seats) proxy.kick()
      await pause(EVERY_MS)
    }
    note(`${times} times`)
  },
}
