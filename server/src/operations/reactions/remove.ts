/** `reaction:remove`, and the same in the name of a user whom the app's own server names. */
import { namedReaction, ownReaction } from './reaction.js'

export const removeReaction = ownReaction({ kind: 'reaction.removed', name: 'reaction:remove' })

export const deleteReaction = namedReaction({
  kind: 'reaction.removed',
  name: 'reaction:delete',
  method: 'DELETE',
  summary: 'Takes the reaction of a user back',
})
