/** Code shared by adding and removing a reaction (REACT-1 to REACT-5). */
import { z } from 'zod'
import { isEmoji, type ReactionChange } from '@alcove/sdk/protocol'
import type { Limit } from '../../limits/limit.js'
import { Changed } from '../answers.js'
import type { RoomContext } from '../context.js'
import type { Alteration } from '../draft.js'
import { RoomId, Uuid } from '../input.js'
import { reactionLimits } from '../limits.js'
import { Author } from '../messages/author.js'
import { changes } from '../operation.js'

const Emoji = z.string().refine(isEmoji, 'should be one emoji, fully qualified')
const input = z.strictObject({ room: RoomId, change: Uuid, id: Uuid, emoji: Emoji })

interface Described {
  kind: ReactionChange['kind']
  name: string
  summary: string
  method: 'PUT' | 'DELETE'
}

/** The person's own reaction. */
export const ownReaction = ({ kind, name }: Pick<Described, 'kind' | 'name'>) =>
  changes({
    ...{ name, needs: 'react', input, rate },
    change: (_context, { change, id, emoji }) => ({
      ...{ kind: 'alteration', id: change },
      change: { kind, message: id, emoji },
    }),
  })

/** The reaction of a user chosen by the app's own server. */
export const namedReaction = ({ kind, name, summary, method }: Described) =>
  changes({
    ...{ name, needs: 'react', rate },
    input: input.extend({ user: Author.shape.id }),
    http: {
      ...{ method, path: '/rooms/:room/messages/:id/reactions/:emoji', summary },
      ...{ answer: Changed, idempotent: 'change' },
    },
    change: (_context, { change, id, emoji, user }) => ({
      ...{ kind: 'alteration', id: change, by: { kind: 'user', id: user } },
      change: { kind, message: id, emoji },
    }),
  })

function rate(context: RoomContext, _draft: Alteration): Limit[] {
  return reactionLimits(context)
}
