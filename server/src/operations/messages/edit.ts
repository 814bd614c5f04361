/** `message:edit`: replaces the text of an existing message (CHANGE-2, CHANGE-4). */
import { z } from 'zod'
import { Changed } from '../answers.js'
import { RoomId, Uuid } from '../input.js'
import { changeLimits } from '../limits.js'
import { changes } from '../operation.js'
import { checkedText } from './text.js'
import { ANYBODY, author } from './who-may.js'

export const editMessage = changes({
  name: 'message:edit',
  needs: 'write',
  http: {
    method: 'PATCH',
    path: '/rooms/:room/messages/:id',
    summary: "Gives a message another text; anybody's, at any time",
    answer: Changed,
    idempotent: 'change',
  },
  input: z.strictObject({ room: RoomId, change: Uuid, id: Uuid, text: z.string() }),
  rate: changeLimits,
  change: ({ actor }, { change, id, text }) => ({
    kind: 'alteration',
    id: change,
    change: {
      kind: 'message.edited',
      message: id,
      text: checkedText(text, actor.app.limits, 'edit message'),
    },
    // Words are put into nobody's mouth by another user, whatever they may do.
    conditions: {
      ...(actor.kind === 'user' ? author(actor) : ANYBODY),
      most: actor.app.limits.editsPerMessage,
    },
  }),
})
