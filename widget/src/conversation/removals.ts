/**
 * Messages somebody has deleted and may still take back: shown as deleted here, and nowhere else, for some seconds. Nothing
 * is sent before those are over. They do not run while somebody is about to take the message back, but no longer than its
 * author may still delete it, and not without end. When the page is left, `settle` sends them early.
 */
import type { Message, Room } from '@alcove/sdk'

export const UNDO_MS = 6_000
/** In all, held or not: a pointer may rest on the button after its user has left. */
export const MAX_UNDO_MS = 30_000

interface Removal {
  readonly room: Room
  timer?: ReturnType<typeof setTimeout>
  readonly end: ReturnType<typeof setTimeout>
  /** The pointer and the focus may both rest on the button. */
  holds: number
}

export class Removals {
  readonly #waiting = new Map<string, Removal>()

  constructor(
    /** The time is over. */
    private readonly due: (room: Room, id: string) => void,
  ) {}

  has(id: string): boolean {
    return this.#waiting.has(id)
  }

  /** `longestMs`: it is sent then at the latest, held or not. */
  add(room: Room, id: string, longestMs: number): void {
    if (this.has(id)) return
    const end = setTimeout(() => this.#send(id), Math.min(longestMs, MAX_UNDO_MS))
    const removal: Removal = { room, end, holds: 0 }
    this.#waiting.set(id, removal)
    this.#run(id, removal)
  }

  /** The time stops, and begins again when all that hold it let go. */
  hold(id: string): void {
    const removal = this.#waiting.get(id)
    if (!removal) return
    removal.holds++
    clearTimeout(removal.timer)
  }

  release(id: string): void {
    const removal = this.#waiting.get(id)
    if (removal && --removal.holds === 0) this.#run(id, removal)
  }

  undo(id: string): void {
    const removal = this.#waiting.get(id)
    clearTimeout(removal?.timer)
    clearTimeout(removal?.end)
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

  #run(id: string, removal: Removal): void {
    removal.timer = setTimeout(() => this.#send(id), UNDO_MS)
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
