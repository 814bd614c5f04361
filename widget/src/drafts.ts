/**
 * Unsent text, one draft per room, in `sessionStorage` so that it outlives a reload of the tab and nothing else.
 * Written only once someone types; the key is removed when the draft is empty.
 */
export class Drafts {
  readonly #memory = new Map<string, string>()

  read(key: string): string {
    return this.#memory.get(key) ?? attempt(() => sessionStorage.getItem(storageKey(key))) ?? ''
  }

  write(key: string, text: string): void {
    this.#memory.set(key, text)
    attempt(() => {
      if (text) sessionStorage.setItem(storageKey(key), text)
      else sessionStorage.removeItem(storageKey(key))
    })
  }

  /** All whose key begins so. */
  forget(prefix: string): void {
    const stored = attempt(() => Object.keys(sessionStorage)) ?? []
    const keys = [...this.#memory.keys(), ...stored.map((key) => key.replace(storageKey(''), ''))]
    for (const key of keys) if (key.startsWith(prefix)) this.write(key, '')
  }
}

const storageKey = (key: string): string => `alcove:draft:${key}`

/** Storage throws where it is blocked, full, or missing; the draft then lives in memory. */
function attempt<T>(use: () => T): T | undefined {
  try {
    return use()
  } catch {
    return undefined
  }
}
