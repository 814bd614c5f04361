/** `message:delete`: removes the content and keeps the position (CHANGE-2, CHANGE-5). */
import { z } from 'zod'
import type { DeleteRequest } from '@alcove/sdk/protocol'
import { may } from '../actor.js'
import { Changed } from '../answers.js'
import { RoomId, Uuid } from '../input.js'
import { changeLimits } from '../limits.js'
import { changes } from '../operation.js'
import { storable } from './text.js'
import { ANYBODY, author } from './who-may.js'

const REASON_CHARACTERS = 500

export const deleteMessage = changes({
  name: 'message:delete',
  needs: ['write', 'moderate'],
  http: {
    method: 'DELETE',
    path: '/rooms/:room/messages/:id',
    summary: "Deletes a message; anybody's, at any time",
    answer: Changed,
    idempotent: 'change',
  },
  input: z.strictObject({
    room: RoomId,
    change: Uuid,
    id: Uuid,
    reason: z.string().max(REASON_CHARACTERS).optional(),
  }) as z.ZodType<DeleteRequest>,
  rate: changeLimits,
  change: ({ actor, room }, { change, id, reason }) => ({
    kind: 'alteration',
    id: change,
    change: {
      kind: 'message.deleted',
      message: id,
      ...(reason !== undefined && { reason: storable(reason) }),
    },
    conditions: may(actor, 'moderate', room) ? ANYBODY : author(actor),
  }),
})
