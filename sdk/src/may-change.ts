/** Who may change a message, by CHANGE-2 and CHANGE-3, as far as a client knows: the server decides. Pure. */
import type { Capability, ClientLimits, User } from './protocol/index.js'
import type { Message } from './types.js'

export interface Standing {
  me: User | undefined
  capabilities: readonly Capability[]
  limits: ClientLimits
  /** By the server's clock. */
  now: number
}

export type ChangeRefusal = 'forbidden' | 'message_deleted' | 'edit_window_closed'

/** Why not, or nothing. What has not gone out is its author's alone. */
export function changeRefusal(
  what: 'edit' | 'delete',
  message: Message,
  { me, capabilities, limits, now }: Standing,
): ChangeRefusal | undefined {
  const isOwn = message.user.id === me?.id
  if (message.seq === undefined) return isOwn ? undefined : 'forbidden'
  if (message.deleted) return 'message_deleted'
  if (what === 'delete' && capabilities.includes('moderate')) return undefined
  if (!isOwn || !capabilities.includes('write')) return 'forbidden'
  const { editWindowSeconds } = limits
  const isOver = !editWindowSeconds || now - message.at > editWindowSeconds * 1_000
  return isOver ? 'edit_window_closed' : undefined
}

export const REFUSAL_REASONS: { readonly [C in ChangeRefusal]: string } = {
  forbidden: 'it is not yours to change',
  message_deleted: 'it is deleted',
  edit_window_closed: 'its time for changes is over',
}
