/** `message:send`: makes every check that can refuse, then hands the message to the room writer (P1, P3). */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Limits, SendRequest, User } from '@alcove/sdk/protocol'
import type { Limit } from '../../limits/limit.js'
import { requireUser } from '../actor.js'
import { Sent } from '../answers.js'
import { Author } from '../author.js'
import type { Creation } from '../draft.js'
import { RoomId, Uuid } from '../input.js'
import { sendLimits } from '../limits.js'
import type { RoomContext } from '../context.js'
import { creates } from '../operation.js'
import { checkedMeta, Meta } from './meta.js'
import { checkedText } from './text.js'

export const sendMessage = creates({
  name: 'message:send',
  needs: 'write',
  http: {
    method: 'POST',
    path: '/rooms/:room/messages',
    summary: 'Sends a message in the name of a user',
    answer: Sent,
    idempotent: 'id',
    user: Author,
  },
  input: z.strictObject({
    room: RoomId,
    id: Uuid,
    text: z.string(),
    replyTo: Uuid.optional(),
    meta: Meta.optional(),
  }) as z.ZodType<SendRequest>,
  rate: weigh,
  change: ({ actor }, request) => toCreation(request, requireUser(actor, 'send message'), actor.app.limits),
})

function weigh(context: RoomContext, { text, meta = '' }: Creation): Limit[] {
  return sendLimits(context, Buffer.byteLength(text) + Buffer.byteLength(meta))
}

/** @throws Refusal `message_empty`, `message_too_long`, `invalid_request` */
function toCreation(request: SendRequest, author: User, limits: Limits): Creation {
  const text = checkedText(request.text, limits, 'send message')
  const meta = request.meta && checkedMeta(request.meta, limits)
  return {
    kind: 'creation',
    id: request.id,
    author,
    text,
    replyTo: request.replyTo,
    meta,
    fingerprint: createHash('sha256')
      .update(JSON.stringify([text, request.replyTo ?? null, meta ?? null]))
      .digest('base64url'),
  }
}
