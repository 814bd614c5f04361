/**
 * Key-value storage that never throws and holds only strings: values the given storage refuses (blocked, full, absent)
 * are kept in memory, and anything it returns that is not a string is ignored. Owns no keys; the guest identity and the
 * outbox define their own.
 */
import type { KeyValueStorage } from './types.js'

export interface Storage {
  /** The storage that other chats of this page can read as well; `undefined` when everything is in memory. */
  readonly shared: KeyValueStorage | undefined
  get(key: string): string | undefined
  set(key: string, value: string): void
  remove(key: string): void
  /** Keys that start with `prefix`, in no particular order. */
  keys(prefix: string): string[]
}

/** @param given `undefined`: the browser's `localStorage` if there is one. `null`: memory only. */
export function openStorage(given: KeyValueStorage | null | undefined): Storage {
  const memory = new Map<string, string>()
  const attempt = <T>(use: (storage: KeyValueStorage) => T): T | undefined => {
    try {
      // `window` and not the bare global: newer Node versions warn on any access to `localStorage`.
      const storage = given === undefined ? globalThis.window?.localStorage : given
      return storage ? use(storage) : undefined
    } catch {
      return undefined
    }
  }
  return {
    get shared() {
      return attempt((storage) => storage)
    },
    get(key) {
      const value: unknown = memory.get(key) ?? attempt((storage) => storage.getItem(key))
      return typeof value === 'string' ? value : undefined
    },
    set(key, value) {
      memory.delete(key)
      if (!attempt((storage) => (storage.setItem(key, value), true))) memory.set(key, value)
    },
    remove(key) {
      memory.delete(key)
      attempt((storage) => storage.removeItem(key))
    },
    keys(prefix) {
      const stored = attempt((storage) =>
        Array.from({ length: storage.length }, (_, i) => String(storage.key(i))),
      )
      return [...new Set([...memory.keys(), ...(stored ?? [])])].filter((key) => key.startsWith(prefix))
    },
  }
}
