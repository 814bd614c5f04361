/**
 * Chats that start together without a guest identity (two rooms on a page, two tabs of a restored session) must become
 * one person, not several: the first asks the server, and the others wait for its answer and find the identity in
 * storage. Chats on one page share a promise; tabs share a Web Lock where available.
 */
import { deferred } from './deferred.js'
import { noop } from './handled.js'
import type { KeyValueStorage } from './types.js'

/**
 * A tab that holds the lock may hang or sleep. Should two guests result, session.ts detects it by reading the storage
 * again.
 */
const LOCK_WAIT_MS = 3_000

const asking = new WeakMap<KeyValueStorage, Map<string, Promise<void>>>()

/**
 * @returns a promise that waits for the first, or nothing when this one is first; then `settled` releases the others.
 */
export function waitForFirstGuest(
  storage: KeyValueStorage,
  key: string,
): { first: Promise<void> } | { settled: () => void } {
  const keys = asking.get(storage) ?? new Map<string, Promise<void>>()
  asking.set(storage, keys)
  const first = keys.get(key)
  if (first) return { first }
  const turn = deferred()
  keys.set(key, turn.promise)
  return {
    settled() {
      keys.delete(key)
      turn.resolve()
    },
  }
}

/** Resolves with a function that releases the lock, once we hold it or could not get it. Never rejects. */
export async function lockFirstGuest(key: string): Promise<() => void> {
  const held = deferred()
  const turn = deferred()
  const stop = new AbortController()
  const timer = setTimeout(() => {
    stop.abort()
    // Resolve whatever the browser does about the abort.
    turn.resolve()
  }, LOCK_WAIT_MS)
  // Pages only: newer Node versions have locks but no tabs. Missing on pages that are not served securely.
  const request = async () =>
    globalThis.window?.navigator?.locks?.request(key, { signal: stop.signal }, () => {
      turn.resolve()
      return held.promise
    })
  // Refused wherever storage is refused; some browsers throw synchronously.
  void request().catch(noop).then(turn.resolve)
  await turn.promise
  clearTimeout(timer)
  return held.resolve
}
