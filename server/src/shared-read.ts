/** One read for all concurrent callers, for reads without turns. */
import { createSharedTurn } from './shared-turn.js'

const ANYBODY = ''

export function createSharedRead<T>(read: () => Promise<T>): () => Promise<T> {
  const share = createSharedTurn((turn) => {
    turn.begin()
    return read()
  })
  return () => share(ANYBODY)
}
