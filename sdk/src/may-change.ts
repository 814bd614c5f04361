/** Who may change a message, by CHANGE-2 and CHANGE-3, as far as a client knows: the server decides. Pure. */
import type { Capability, ClientLimits, User } from './protocol/index.js'
import type { ChangeVerb, Message } from './types.js'

/** The person asking. `now` is server time. */
export interface Asker {
  readonly me: User | undefined
  readonly limits: ClientLimits
  readonly now: number
}

export type ChangeRefusal = 'forbidden' | 'message_deleted' | 'edit_window_closed'

/**
 * Returns the reason against it, or nothing. An unsent message belongs to its author alone; authorship and age do not
 * matter for a reaction.
 */
export function changeRefusal(
  what: ChangeVerb,
  message: Message,
  { me, limits, now }: Asker,
  capabilities: readonly Capability[],
): ChangeRefusal | undefined {
  const isOwn = message.user.id === me?.id
  if (message.deleted) return 'message_deleted'
  if (what === 'react' || what === 'unreact') return capabilities.includes('react') ? undefined : 'forbidden'
  if (message.seq === undefined) return isOwn ? undefined : 'forbidden'
  if (what === 'delete' && capabilities.includes('moderate')) return undefined
  if (!isOwn || !capabilities.includes('write')) return 'forbidden'
  const { editWindowSeconds } = limits
  const isOver = !editWindowSeconds || now - message.at > editWindowSeconds * 1_000
  return isOver ? 'edit_window_closed' : undefined
}
