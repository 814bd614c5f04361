/** Makes people whose names look the same distinguishable: they get a short tag from their id. */
import type { User } from '@alcove/sdk'

/** Cyrillic, Greek and Armenian letters and signs; below each the Latin one that its small or capital form looks like. */
const ALIKE = 'авекмнорстухѕіјԛԝһԁӏαβεζηικμνορτυχγօսոհɑɡıi1|0'
const LATIN = 'abekmhopctyxsljqwhdlabezhlkmnoptyxyounhagllllo'

/** A Latin letter beside a cased one of another alphabet: hardly anybody writes so who has nothing to hide. */
const MIXED = /\p{sc=Latin}(?=\p{LC})\P{sc=Latin}|(?=\p{LC})\P{sc=Latin}\p{sc=Latin}/u

const NOTHING = /\p{Default_Ignorable_Code_Point}+/gu

/** The same people come again with every repaint. */
const looks = new WeakMap<User, string>()

/**
 * What two names look like to a reader: case, width, style, accents composed or not, spaces, what shows as nothing, and
 * letters of other alphabets do not tell them apart.
 */
function look(person: User): string {
  const known = looks.get(person)
  if (known !== undefined) return known
  const plain = person.name.normalize('NFKC').toLowerCase().replace(NOTHING, '')
  const letters = Array.from(plain, (letter) => LATIN[ALIKE.indexOf(letter)] ?? letter).join('')
  const seen = letters.replace(/[\s\u2800]+/g, ' ').trim()
  looks.set(person, seen)
  return seen
}

/**
 * The ids of those who share their name with someone else, or whose name mixes alphabets to look like another one. One
 * person under two names is not a clash.
 */
export function sharedNames(people: Iterable<User>): ReadonlySet<string> {
  const idsByName = new Map<string, Set<string>>()
  const shared = new Set<string>()
  for (const person of people) {
    const { id, name } = person
    if (MIXED.test(name)) shared.add(id)
    const seen = look(person)
    const ids = idsByName.get(seen)
    if (ids) ids.add(id)
    else idsByName.set(seen, new Set([id]))
  }
  for (const ids of idsByName.values()) if (ids.size > 1) for (const id of ids) shared.add(id)
  return shared
}

/** The end of an id, where ids made in a row differ. */
export const nameTag = (userId: string): string =>
  userId
    .replace(/[^A-Za-z0-9]/g, '')
    .slice(-4)
    .toLowerCase()
