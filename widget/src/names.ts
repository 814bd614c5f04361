/** Makes people whose names look the same distinguishable: they get a short tag from their id. */
import type { User } from '@alcove/sdk'

/** In pairs: a Cyrillic, Greek or Armenian letter, or a sign, and the Latin one that its small or capital form looks like. */
const ALIKE = 'аaвbеeкkмmнhоoрpсcтtуyхxѕsіlјjԛqԝwһhԁdӏlαaβbεeζzηhιlκkμmνnοoρpτtυyχxγyօoսuոnհhɑaɡgılil1l|l0o'
const LATIN = new Map(Array.from({ length: ALIKE.length / 2 }, (_, i) => [ALIKE[2 * i]!, ALIKE[2 * i + 1]!]))

/** A Latin letter beside a cased one of another alphabet: hardly anybody writes so who has nothing to hide. */
const MIXED = /\p{sc=Latin}(?=\p{LC})\P{sc=Latin}|(?=\p{LC})\P{sc=Latin}\p{sc=Latin}/u

const NOTHING = /\p{Default_Ignorable_Code_Point}+/gu

/** Of names seen lately: the same ones come again with every repaint. */
const looks = new Map<string, string>()
const MAX_LOOKS = 2_000

/**
 * What two names look like to a reader: case, width, style, accents composed or not, spaces, what shows as nothing, and
 * letters of other alphabets do not tell them apart.
 */
function look(name: string): string {
  const known = looks.get(name)
  if (known !== undefined) return known
  if (looks.size === MAX_LOOKS) looks.clear()
  const plain = name.normalize('NFKC').toLowerCase().replace(NOTHING, '')
  const letters = Array.from(plain, (letter) => LATIN.get(letter) ?? letter).join('')
  const seen = letters.replace(/[\s\u2800]+/g, ' ').trim()
  looks.set(name, seen)
  return seen
}

/**
 * The ids of those who share their name with someone else, or whose name mixes alphabets to look like another one. One
 * person under two names is not a clash.
 */
export function sharedNames(people: Iterable<User>): ReadonlySet<string> {
  const idsByName = new Map<string, Set<string>>()
  const shared = new Set<string>()
  for (const { id, name } of people) {
    if (MIXED.test(name)) shared.add(id)
    const seen = look(name)
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
