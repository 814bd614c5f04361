/**
 * Messages somebody has deleted and may still take back: shown as deleted here, and nowhere else, for some seconds. Nothing
 * is sent before those are over. When the page is left, `settle` sends them early.
 */
import type { Message, Room } from '@alcove/sdk'

export const UNDO_MS = 6_000

type Timer = ReturnType<typeof setTimeout>

export class Removals {
  readonly #waiting = new Map<string, { room: Room; timer: Timer }>()

  constructor(
    /** The time is over. */
    private readonly due: (room: Room, id: string) => void,
  ) {}

  has(id: string): boolean {
    return this.#waiting.has(id)
  }

  add(room: Room, id: string): void {
    if (this.has(id)) return
    const timer = setTimeout(() => this.#send(id), UNDO_MS)
    this.#waiting.set(id, { room, timer })
  }

  undo(id: string): void {
    clearTimeout(this.#waiting.get(id)?.timer)
    this.#waiting.delete(id)
  }

  /** Nobody will take anything back any more. */
  settle(): void {
    for (const id of [...this.#waiting.keys()]) this.#send(id)
  }

  /** As if they were deleted already. */
  over(messages: readonly Message[]): readonly Message[] {
    if (this.#waiting.size === 0) return messages
    return messages.map((message) => (this.has(message.id) ? removed(message) : message))
  }

  #send(id: string): void {
    const { room } = this.#waiting.get(id)!
    this.undo(id)
    this.due(room, id)
  }
}

function removed({ editedAt: _, ...message }: Message): Message {
  return { ...message, text: '', reactions: [], deleted: { at: message.at, by: 'author' } }
}
