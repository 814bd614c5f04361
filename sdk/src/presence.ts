/** Who is in a room. The count is exact; names are shown only while the list is known to be complete. Pure. */
import type { Presence, PresenceChanged } from './protocol/index.js'

export const NOBODY: Presence = { count: 0, members: [] }

/** @param listed above this many members the server sends only the count */
export function afterPresenceChange(
  { members }: Presence,
  { count, joined = [], left = [], updated = [] }: PresenceChanged,
  listed: number,
): Presence {
  if (count > listed) return { count }
  const faces = new Map([...joined, ...updated].map((user) => [user.id, user]))
  const stayed = (members ?? [])
    .filter((user) => !left.includes(user.id))
    .map((user) => faces.get(user.id) ?? user)
  const known = new Set(stayed.map((user) => user.id))
  const next = [...stayed, ...joined.filter((user) => !known.has(user.id))]
  // When the count falls below the limit again, the few names we know are not the whole list.
  return members || next.length === count ? { count, members: next } : { count }
}
