/**
 * Chats of one page that start together without a guest identity (two rooms on a page, say) must become one person,
 * not several: the first asks the server, the others wait for its answer and find the identity in the storage.
 */
import type { KeyValueStorage } from './types.js'

const asking = new WeakMap<KeyValueStorage, Map<string, Promise<void>>>()

/** @returns the wait for the first, or nothing when this one is the first; then `settled` ends the others' wait. */
export function waitForFirstGuest(
  storage: KeyValueStorage,
  key: string,
): { first: Promise<void> } | { settled: () => void } {
  const keys = asking.get(storage) ?? new Map<string, Promise<void>>()
  asking.set(storage, keys)
  const first = keys.get(key)
  if (first) return { first }
  let done = () => {}
  keys.set(key, new Promise((resolve) => (done = resolve)))
  return {
    settled() {
      keys.delete(key)
      done()
    },
  }
}
