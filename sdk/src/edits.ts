/** Edits and deletions of a message: their input, who may make them, and how pending ones combine. Pure. */
import { checkDraft } from './draft.js'
import { unable } from './errors.js'
import type { Kind, OwnChange } from './outbox/kind.js'
import type { ChangeOf, ClientLimits } from './protocol/index.js'
import type { DeleteOptions } from './types.js'

const MAX_REASON = 500

/** @throws ChatError `invalid_request`, `message_empty`, `message_too_long` */
export function edit(message: string, text: string, limits: ClientLimits): ChangeOf<'message.edited'> {
  return { kind: 'message.edited', message, text: checkDraft({ text }, limits, 'change message').text }
}

/** @throws ChatError `invalid_request` */
export function deletion(message: string, { reason }: DeleteOptions): ChangeOf<'message.deleted'> {
  if (reason !== undefined && (typeof reason !== 'string' || reason.length > MAX_REASON))
    throw unable('change message', 'invalid_request', `reason must be a string of at most ${MAX_REASON}`)
  return { kind: 'message.deleted', message, ...(reason !== undefined && { reason }) }
}

export const EDITS: {
  readonly 'message.edited': Kind<ChangeOf<'message.edited'>>
  readonly 'message.deleted': Kind<ChangeOf<'message.deleted'>>
} = {
  'message.edited': {
    fields: { text: 'string' },
    request: 'message:edit',
    verb: 'edit',
    pending: 'edit',
    author: 'write',
    merged: (waiting, next) =>
      waiting.kind === 'message.created' ? { ...waiting, text: next.text } : edited(waiting, next),
  },
  'message.deleted': {
    fields: { reason: 'string?' },
    request: 'message:delete',
    verb: 'delete',
    pending: 'delete',
    author: 'write',
    anybody: 'moderate',
    merged: (waiting, next) => (waiting.kind === 'message.created' ? null : edited(waiting, next)),
  },
}

/** A later change stands for both only if the earlier one is an edit. */
const edited = (waiting: OwnChange, next: OwnChange): OwnChange | undefined =>
  waiting.kind === 'message.edited' ? next : undefined
