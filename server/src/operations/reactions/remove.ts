/** `reaction:remove`, also in the name of a user chosen by the app's own server. */
import { namedReaction, ownReaction } from './reaction.js'

export const removeReaction = ownReaction({ kind: 'reaction.removed', name: 'reaction:remove' })

export const deleteReaction = namedReaction({
  kind: 'reaction.removed',
  name: 'reaction:delete',
  method: 'DELETE',
  summary: 'Takes the reaction of a user back',
})
