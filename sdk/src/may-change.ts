/** Who may change a message (CHANGE-2, CHANGE-3, REACT-5), as far as a client knows; the server decides. Pure. */
import { kindOf } from './outbox/kinds.js'
import type { Capability, ClientLimits, MessageChange, User } from './protocol/index.js'
import type { Message } from './types.js'

/** The person asking. `now` is server time. */
export interface Asker {
  readonly me: User | undefined
  readonly limits: ClientLimits
  readonly now: number
}

export type ChangeRefusal = 'forbidden' | 'message_deleted' | 'edit_window_closed'

/** Returns the reason against it, or nothing. An unsent message belongs to its author alone. */
export function changeRefusal(
  kind: MessageChange['kind'],
  { user, seq, at, deleted }: Pick<Message, 'user' | 'seq' | 'at' | 'deleted'>,
  { me, limits, now }: Asker,
  capabilities: readonly Capability[],
): ChangeRefusal | undefined {
  const { author, anybody } = kindOf(kind)
  const isOwn = user.id === me?.id
  if (deleted) return 'message_deleted'
  if (author && seq === undefined) return isOwn ? undefined : 'forbidden'
  if (anybody && capabilities.includes(anybody)) return undefined
  if (!author || !isOwn || !capabilities.includes(author)) return 'forbidden'
  const { editWindowSeconds } = limits
  const isOver = !editWindowSeconds || now - at > editWindowSeconds * 1_000
  return isOver ? 'edit_window_closed' : undefined
}
