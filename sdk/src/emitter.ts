/** Typed events. `on` returns its undo; one throwing listener stops no other. */

import { isolated } from './handled.js'

type Listener = (...args: never[]) => void

export class Emitter<Events extends { [K in keyof Events]: Listener }> {
  /** Each `on` adds its own entry, so the same function may listen twice and each undo removes one of them. */
  #entries: { event: keyof Events; listener: Listener }[] = []

  on<E extends keyof Events>(event: E, listener: Events[E]): () => void {
    const entry = { event, listener }
    this.#entries = [...this.#entries, entry]
    return () => {
      this.#entries = this.#entries.filter((other) => other !== entry)
    }
  }

  emit<E extends keyof Events>(event: E, ...args: Parameters<Events[E]>): void {
    for (const entry of this.#entries) {
      // A listener removed by an earlier one during this emit is not called.
      if (entry.event !== event || !this.#entries.includes(entry)) continue
      isolated(() => entry.listener(...(args as never[])))
    }
  }
}
