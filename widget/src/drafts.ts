/**
 * Unsent text, one draft per room, in `sessionStorage` so that it survives a reload but not the tab. Written only after
 * somebody types; the key is removed when the draft is empty.
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

  /** Removes all drafts whose key starts with the prefix. */
  forget(prefix: string): void {
    const stored = attempt(() => Object.keys(sessionStorage)) ?? []
    const keys = [...this.#memory.keys(), ...stored.map((key) => key.replace(storageKey(''), ''))]
    for (const key of keys) if (key.startsWith(prefix)) this.write(key, '')
  }
}

const storageKey = (key: string): string => `alcove:draft:${key}`

/** Storage throws if it is blocked, full or missing; the draft then stays in memory. */
function attempt<T>(use: () => T): T | undefined {
  try {
    return use()
  } catch {
    return undefined
  }
}
