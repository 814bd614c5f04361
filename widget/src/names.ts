/** Makes people whose names look the same distinguishable: they get a short tag from their id. */
import type { User } from '@alcove/sdk'
import { hashOf } from './avatar.js'

/** Cyrillic, Greek and Armenian letters and signs; below each the Latin one that its small or capital form looks like. */
const ALIKE = 'авекмнорстухѕіјԛԝһԁӏαβεζηικμνορτυχγօսոհɑɡıi1|0丨'
const LATIN = 'abekmhopctyxsljqwhdlabezhlkmnoptyxyounhagllllol'

/** A letter of another script, save those in which Latin letters are at home (Unicode TS 39, "highly restrictive"). */
const FOREIGN = /(?=\p{L})[^\p{sc=Latn}\p{sc=Zyyy}\p{sc=Hani}\p{sc=Hira}\p{sc=Kana}가-힣]/u.source

/** Such a letter beside a Latin one: hardly anybody writes so who has nothing to hide. */
const MIXED = new RegExp(`\\p{sc=Latn}\\p{M}*${FOREIGN}|${FOREIGN}\\p{M}*\\p{sc=Latn}`, 'u')

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
  const shared = new Set<string>()
  const firstIds = new Map<string, string>()
  for (const person of people) {
    const { id, name } = person
    const seen = look(person)
    const firstId = firstIds.get(seen) ?? id
    firstIds.set(seen, firstId)
    if (firstId !== id) shared.add(firstId).add(id)
    if (MIXED.test(name.replace(NOTHING, ''))) shared.add(id)
  }
  return shared
}

/** From the whole id: ids of one kind often begin or end alike. In figures that nobody takes for each other. */
export const nameTag = (userId: string): string => hashOf(userId).toString(16).slice(-5)

/** The name in plain text, with its tag if it needs one. */
export const taggedName = ({ id, name }: User, shared: ReadonlySet<string>): string =>
  shared.has(id) ? `${name} ${nameTag(id)}` : name
