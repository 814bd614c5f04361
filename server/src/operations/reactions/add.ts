/** `reaction:add`, also in the name of a user chosen by the app's own server. */
import { namedReaction, ownReaction } from './reaction.js'

export const addReaction = ownReaction({ kind: 'reaction.added', name: 'reaction:add' })

export const putReaction = namedReaction({
  kind: 'reaction.added',
  name: 'reaction:put',
  method: 'PUT',
  summary: 'Adds the reaction of a user',
})
