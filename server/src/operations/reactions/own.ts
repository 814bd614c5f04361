/**
 * The caller's own reactions in an answer (REACT-7). Rows are read once for all callers and hold nothing personal; the
 * caller's reactions are read afterwards, so that they are at least as recent, and only if the rows count any.
 */
import type { MessageRow, OwnReactions } from '@alcove/sdk/protocol'
import type { RoomRef } from '../../rooms/room-ref.js'
import { turnKey, type Actor } from '../actor.js'
import type { Services } from '../services.js'

export async function withOwn<Answer extends { messages: readonly MessageRow[] }>(
  { actor, services, room }: { actor: Actor; services: Pick<Services, 'reactions'>; room: RoomRef },
  answer: Answer,
): Promise<Answer & { mine?: OwnReactions }> {
  const rows = answer.messages.filter(({ reactions }) => reactions)
  if (rows.length === 0 || !actor.user) return answer
  const found = await services.reactions.of(room.key, actor.user.id, rows, turnKey(actor))
  const seqs = new Map(rows.map(({ id, seq }) => [id, seq]))
  const mine: Record<number, string[]> = {}
  for (const { message, emoji } of found) (mine[seqs.get(message) ?? 0] ??= []).push(emoji)
  return found.length > 0 ? { ...answer, mine } : answer
}
