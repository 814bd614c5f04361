/**
 * Chats that start together without a guest identity (two rooms on a page, two tabs of a restored session) must become
 * one person, not several: the first asks the server, the others wait for its answer and find the identity in the
 * storage. Within the page by a promise, between tabs by a Web Lock where there is one.
 */
import { deferred } from './deferred.js'
import { noop } from './handled.js'
import type { KeyValueStorage } from './types.js'

/** A tab that has the lock may hang, or sleep. Two guests are then found out by looking again, see session.ts. */
const LOCK_WAIT_MS = 3_000

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
  const turn = deferred()
  keys.set(key, turn.promise)
  return {
    settled() {
      keys.delete(key)
      turn.resolve()
    },
  }
}

/** Resolves with the lock's release, when it is ours or was not to be had. Never rejects. */
export async function lockFirstGuest(key: string): Promise<() => void> {
  const held = deferred()
  const turn = deferred()
  const stop = new AbortController()
  const timer = setTimeout(() => {
    stop.abort()
    // Whatever the browser makes of the abort.
    turn.resolve()
  }, LOCK_WAIT_MS)
  // Only pages: newer Node versions have locks too, but no tabs. Missing where a page is not served securely.
  const request = async () =>
    globalThis.window?.navigator?.locks?.request(key, { signal: stop.signal }, () => {
      turn.resolve()
      return held.promise
    })
  // Refused where storage is, some by throwing at once.
  void request().catch(noop).then(turn.resolve)
  await turn.promise
  clearTimeout(timer)
  return held.resolve
}
