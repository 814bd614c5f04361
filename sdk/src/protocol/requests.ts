/**
 * The requests that change an existing message. Each has the fields of its change, with `id` for the message's id. `change`
 * is the id of the change itself: made by the client and unique in the room for ever, so that a repeated request with the
 * same id does not make the change twice.
 */
import type { ReactionRequests } from './reactions.js'

export interface EditRequest {
  room: string
  change: string
  /** The message's id. */
  id: string
  text: string
}

export interface DeleteRequest {
  room: string
  change: string
  /** The message's id. */
  id: string
  reason?: string
}

export interface ChangeRequests extends ReactionRequests {
  'message:edit': EditRequest
  'message:delete': DeleteRequest
}

/** The rev of the change, whether this request made it or an earlier one with the same `change`. */
export interface ChangeResult {
  epoch: string
  rev: number
}
