/** One read for all who ask in the same moment, where readers take no turns. */
import { createSharedTurn } from './shared-turn.js'

const ANYBODY = ''

export function createSharedRead<T>(read: () => Promise<T>): () => Promise<T> {
  const share = createSharedTurn((turn) => {
    turn.begin()
    return read()
  })
  return () => share(ANYBODY)
}
