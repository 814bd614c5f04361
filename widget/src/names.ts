/** Distinguishes people whose names look the same by a short tag made from their ids. */
import type { Message, Room, User } from '@alcove/sdk'
import { hashOf } from './avatar.js'

/**
 * Cyrillic, Greek and Armenian letters and signs; below each, the Latin letter that its small or capital form
 * resembles.
 */
const ALIKE = 'авекмнорстухѕіјԛԝһԁӏαβεζηικμνορτυχγօսոհɑɡıi1|0丨'
const LATIN = 'abekmhopctyxsljqwhdlabezhlkmnoptyxyounhagllllol'

/** A letter of a script that is not normally mixed with Latin (Unicode TS 39, "highly restrictive"). */
const FOREIGN = /(?=\p{L})[^\p{sc=Latn}\p{sc=Zyyy}\p{sc=Hani}\p{sc=Hira}\p{sc=Kana}가-힣]/u.source

/** Such a letter next to a Latin one, which is rare in honest names. */
const MIXED = new RegExp(`\\p{sc=Latn}\\p{M}*${FOREIGN}|${FOREIGN}\\p{M}*\\p{sc=Latn}`, 'u')

const NOTHING = /\p{Default_Ignorable_Code_Point}+/gu

/** Cached, because the same people are passed with every repaint. */
const looks = new WeakMap<User, string>()

/**
 * The visual form of a name. It ignores case, width, style, composition of accents, spaces, invisible characters and
 * look-alike letters of other alphabets.
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
 * The ids of people who share their name with someone else, or whose name mixes alphabets to resemble another. One
 * person with two names is not a clash.
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

/**
 * Made from the whole id, because ids of one kind often start or end alike, with characters that are not mistaken for
 * each other.
 */
export const nameTag = (userId: string): string => hashOf(userId).toString(16).slice(-5)

/** The names that are shared by several people among the members and the authors. */
export const sharedIn = ({ members }: Room, messages: readonly Message[]): ReadonlySet<string> =>
  sharedNames([...members, ...messages.map(({ user }) => user)])

/** The name as plain text, with its tag if it needs one. */
export const taggedName = ({ id, name }: User, shared: ReadonlySet<string>): string =>
  shared.has(id) ? `${name} ${nameTag(id)}` : name
