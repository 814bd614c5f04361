/** Where unsent messages are stored: under their author, so that nobody else ever finds them. Pure. */

/** @param scope server and app */
const ofScope = (scope: string): string => `alcove:outbox:${scope}|`

/** Encoded: a user's id may hold anything, and one must not read like another with a room behind it (P8). */
export const entriesOf = (scope: string, userId: string, room: string): string =>
  `${ofScope(scope)}${encodeURIComponent(userId)}|${room}|`

/** What guests left, whichever: HANDSHAKE-8 keeps their ids apart from signed users'. */
export const guestEntries = (scope: string): string => ofScope(scope) + encodeURIComponent('guest:')
