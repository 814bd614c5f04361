/** Who is in a room: pure. The count is exact; names are shown only while the list is known to be whole. */
import type { Presence, PresenceChanged } from './protocol/index.js'

export const NOBODY: Presence = { count: 0, members: [] }

/** @param listed members above which the server tells the count alone */
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
  // Coming down from a list too long to tell, a few names are not the list.
  return members || next.length === count ? { count, members: next } : { count }
}
