/** Makes people with the same name distinguishable: they get a short tag from their id. */
import type { User } from '@alcove/sdk'

/** What two names look like to a reader: case, width, accents composed or not, and spaces do not tell them apart. */
const look = (name: string): string => name.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim()

/** The ids of those who share their name with someone else. One person under two names is not a clash. */
export function sharedNames(people: Iterable<User>): ReadonlySet<string> {
  const idsByName = new Map<string, Set<string>>()
  for (const { id, name } of people) {
    const ids = idsByName.get(look(name))
    if (ids) ids.add(id)
    else idsByName.set(look(name), new Set([id]))
  }
  const shared = new Set<string>()
  for (const ids of idsByName.values()) if (ids.size > 1) for (const id of ids) shared.add(id)
  return shared
}

/** The end of an id, where ids made in a row differ. */
export const nameTag = (userId: string): string =>
  userId
    .replace(/[^A-Za-z0-9]/g, '')
    .slice(-4)
    .toLowerCase()
