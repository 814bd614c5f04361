/** Code shared by adding and removing a reaction (REACT-1 to REACT-5). */
import { z } from 'zod'
import { isEmoji, qualified, type ReactionChange } from '@alcove/sdk/protocol'
import type { Limit } from '../../limits/limit.js'
import { requireUser } from '../actor.js'
import { Changed } from '../answers.js'
import { AuthorId } from '../author.js'
import type { RoomContext } from '../context.js'
import type { Alteration } from '../draft.js'
import { RoomId, Uuid } from '../input.js'
import { reactionLimits } from '../limits.js'
import { ANYBODY } from '../messages/who-may.js'
import { changes } from '../operation.js'

const Emoji = z.string().refine(isEmoji, 'should be one emoji')
const input = z.strictObject({ room: RoomId, change: Uuid, id: Uuid, emoji: Emoji })

interface Described {
  kind: ReactionChange['kind']
  name: string
  summary: string
  method: 'PUT' | 'DELETE'
}

/** The reaction of the person who asks, or of the one for whom the app's own server asks. */
export const reaction = ({ kind, name, method, summary }: Described) =>
  changes({
    name,
    needs: 'react',
    http: {
      method,
      path: '/rooms/:room/messages/:id/reactions/:emoji',
      summary,
      answer: Changed,
      idempotent: 'change',
      user: AuthorId,
    },
    input,
    rate,
    change({ actor }, { change, id, emoji }) {
      requireUser(actor, 'react to message')
      const { reactionsPerMessage: most, reactionsPerMessagePerUser: mostOwn } = actor.app.limits
      return {
        kind: 'alteration',
        id: change,
        change: { kind, message: id, emoji: qualified(emoji) },
        conditions: { ...ANYBODY, most, mostOwn },
      }
    },
  })

function rate(context: RoomContext, _draft: Alteration): Limit[] {
  return reactionLimits(context)
}
