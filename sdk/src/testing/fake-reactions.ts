/** Who reacted to what in a fake room, from which the counts of its rows are made. */
import type { ErrorCode, MessageRow, OwnReactions, Reacted, ReactionChange } from '../protocol/index.js'

export class FakeReactions {
  /** Users by message and emoji. */
  readonly #users = new Map<string, Map<string, Set<string>>>()

  /** Whether the reaction would change anything (REACT-2). */
  isEffective({ kind, message, emoji }: ReactionChange, user: string): boolean {
    const isThere = this.#users.get(message)?.get(emoji)?.has(user) ?? false
    return isThere !== (kind === 'reaction.added')
  }

  refusal({ kind, message, emoji }: ReactionChange, most: number): ErrorCode | undefined {
    const of = this.#users.get(message)
    const isNew = kind === 'reaction.added' && !of?.has(emoji)
    return isNew && (of?.size ?? 0) >= most ? 'too_many_reactions' : undefined
  }

  take({ kind, message, emoji }: ReactionChange, user: string): Reacted {
    const of = this.#users.get(message) ?? new Map<string, Set<string>>()
    const users = of.get(emoji) ?? new Set()
    const on = kind === 'reaction.added'
    if (on) users.add(user)
    else users.delete(user)
    if (users.size > 0) of.set(emoji, users)
    else of.delete(emoji)
    this.#users.set(message, of)
    return { emoji, user, on }
  }

  /** With its message. */
  forget(message: string): void {
    this.#users.delete(message)
  }

  clear(): void {
    this.#users.clear()
  }

  /** As part of an answer; nothing if there are none. */
  mine(rows: readonly MessageRow[], user: string): { mine?: OwnReactions } {
    const own = rows.flatMap(({ id, seq }) => {
      const emoji = [...(this.#users.get(id) ?? [])].flatMap(([emoji, users]) =>
        users.has(user) ? emoji : [],
      )
      return emoji.length > 0 ? [[seq, emoji] as const] : []
    })
    return own.length > 0 ? { mine: Object.fromEntries(own) } : {}
  }
}
