/** `message:post`: like `message:send`, in the name of a user chosen by the app's own server. */
import { z } from 'zod'
import { Sent } from '../answers.js'
import { RoomId, Uuid } from '../input.js'
import { creates } from '../operation.js'
import { Author, toUser } from './author.js'
import { Meta } from './meta.js'
import { toCreation, weigh } from './send.js'

export const postMessage = creates({
  name: 'message:post',
  needs: 'write',
  http: {
    method: 'POST',
    path: '/rooms/:room/messages',
    summary: 'Sends a message in the name of a user',
    answer: Sent,
    idempotent: 'id',
  },
  input: z.strictObject({
    room: RoomId,
    id: Uuid,
    user: Author,
    text: z.string(),
    replyTo: Uuid.optional(),
    meta: Meta.optional(),
  }),
  rate: weigh,
  change: ({ actor }, { user, replyTo, meta, ...request }) =>
    toCreation(
      { ...request, ...(replyTo !== undefined && { replyTo }), ...(meta && { meta }) },
      toUser(user, actor.app.limits),
      actor.app.limits,
    ),
})
