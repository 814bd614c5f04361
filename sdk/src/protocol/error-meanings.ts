/**
 * What each error code means and what to do about it, in one sentence each: for docs/errors.md, which is generated from
 * it, and for the server's problem documents. Separate from the codes, so that no page downloads it.
 */
import type { ErrorCode } from './errors.js'

export const ERROR_MEANINGS: Readonly<Record<ErrorCode, string>> = {
  invalid_request: 'A field is missing, unknown, or of the wrong shape; the message names it.',
  unsupported_media_type: 'The HTTP API takes a body only as JSON; send `Content-Type: application/json`.',
  not_found: 'The HTTP API has nothing at this address; check the path.',
  method_not_allowed:
    'The address exists, but not with this HTTP method; the header `Allow` lists those it has.',
  protocol_unsupported: 'Client and server speak different protocol versions; update the older one.',
  unknown_app: 'No app has this id on this server; check `app` (or `data-app`).',
  origin_not_allowed: "The page's origin is not on the app's list; add it with `alcove app update`.",
  token_required: 'The app takes signed users only; pass `token`.',
  token_invalid: 'The token is malformed, wrongly signed, or for another app.',
  token_expired: 'The token is past its `exp`; pass `token` as a function so that it can be renewed.',
  forbidden: 'The user may read this room but lacks the capability for this request.',
  room_not_found: 'The room does not exist or the user may not read it; the two cases get the same answer.',
  room_full: 'The room has as many members as it may have; try again when someone leaves.',
  not_joined: 'The request needs a joined room on this connection; join first.',
  too_many_rooms: 'This connection is in as many rooms as it may be in; leave one first.',
  too_many_connections: 'This user or address has as many connections open as allowed; close one.',
  message_empty: 'A message needs text with at least one visible character.',
  message_too_long: 'The text is over the limit in characters or bytes; shorten it.',
  message_conflict: 'A message with this id exists with another author or another body; use a new id.',
  message_not_found: 'The room has no message with this id.',
  message_deleted: 'The message is deleted; it cannot be changed any more.',
  edit_window_closed:
    "The message is older than the app's `editWindowSeconds`; only a moderator may still delete it.",
  change_conflict: 'A change with this id exists with another author or another body; use a new id.',
  too_many_edits: 'The message was edited as often as it may be; delete it, or write a new one.',
  too_many_reactions:
    'The message, or one person on it, has as many different reactions as allowed; use one that is there, or remove one.',
  name_invalid: 'A name needs 1 to 40 visible characters.',
  name_fixed: "The name comes from the user's token and cannot be changed here.",
  rate_limited: 'Too many requests; try again after `retryAfterMs`.',
  overloaded: 'A queue on the server is full; try again after `retryAfterMs`.',
  unavailable: 'The database cannot be reached just now; nothing was lost, try again.',
  draining: 'The node is shutting down; the client reconnects to another by itself.',
  internal: 'A fault on the server; the message carries a request id found in its log.',
  token_failed:
    "The page's own `token` function failed, as the message says; it is called again. Fetched from another origin, its answer needs CORS headers.",
  server_unreachable: 'No connection to the server: wrong address, network, proxy, or a CSP that blocks it.',
  timeout: 'No answer in time; a message waits in the outbox and is sent again with the same id.',
  offline: 'The request needs a connection and there is none just now.',
  user_changed:
    'Somebody else uses the chat now; a signed user finds the message again, unsent, after signing in again.',
  outbox_full: 'Too many messages or changes wait to be sent; wait for the connection.',
  closed: 'The chat was closed, or the room was left; create or join it again.',
}
