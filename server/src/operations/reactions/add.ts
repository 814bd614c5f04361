/** `reaction:add`. */
import { reaction } from './reaction.js'

export const addReaction = reaction({
  kind: 'reaction.added',
  name: 'reaction:add',
  method: 'PUT',
  summary: 'Adds the reaction of a user',
})
