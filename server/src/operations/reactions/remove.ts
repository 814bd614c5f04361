/** `reaction:remove`. */
import { reaction } from './reaction.js'

export const removeReaction = reaction({
  kind: 'reaction.removed',
  name: 'reaction:remove',
  method: 'DELETE',
  summary: 'Takes the reaction of a user back',
})
