/**
 * Finds settings of a script tag that have no effect or not the intended one, and reports them with the correct form to
 * the site's developers.
 */
import type { EmbedSettings } from './loader.js'

const NAMES: { readonly [name in keyof Required<EmbedSettings>]: readonly string[] | 'any' } = {
  app: 'any',
  room: 'any',
  mode: ['inline', 'launcher'],
  target: 'any',
  roomFrom: 'any',
  server: 'any',
  theme: ['auto', 'light', 'dark'],
  lang: 'any',
  name: 'any',
  token: 'any',
  density: ['comfortable', 'compact'],
  heading: 'any',
  sound: ['', 'true', 'false'],
  debug: ['', 'true', 'false'],
  missing: 'any',
}
const ROOM_SOURCES = ['pathname', 'canonical', 'title', 'og:title', 'meta:NAME']
const SHOWN_CHARACTERS = 60

/** One sentence for each mistake. */
export function mistakes(settings: Readonly<Record<string, unknown>>): string[] {
  const names = Object.keys(NAMES).filter((name) => name !== 'missing')
  return Object.entries(settings).flatMap(([name, value]) => {
    if (!Object.hasOwn(NAMES, name))
      return `${attribute(name)} is no setting and does nothing; ${instead(name, names, attribute)}`
    const right = name === 'roomFrom' ? ROOM_SOURCES : NAMES[name as keyof typeof NAMES]
    if (right === 'any' || value == null || isOneOf(String(value), right)) return []
    const written = `${attribute(name)}="${String(value).slice(0, SHOWN_CHARACTERS)}"`
    return `${written} is not understood; ${instead(String(value), right, (it) => `"${it}"`)}`
  })
}

const isOneOf = (value: string, right: readonly string[]): boolean =>
  right.includes(value) || (right === ROOM_SOURCES && /^meta:./.test(value))

function instead(written: string, right: readonly string[], shown: (it: string) => string): string {
  const nearest = nearestTo(written, right)
  if (nearest !== undefined) return `did you mean ${shown(nearest)}?`
  return `there are ${right.filter(Boolean).map(shown).join(', ')}`
}

/** The name as written on the tag; in a JSON block, without `data-` and dashes. */
const attribute = (name: string): string => `data-${name.replace(/[A-Z]/g, (it) => `-${it.toLowerCase()}`)}`

const simple = (word: string): string =>
  word
    .slice(0, SHOWN_CHARACTERS)
    .toLowerCase()
    .replace(/^(data|alcove)-?(?=.)|[-_\s]/g, '')

/** The known word that starts or ends like it, or is at most two edits away. */
function nearestTo(written: string, known: readonly string[]): string | undefined {
  const word = simple(written)
  if (word.length < 2) return undefined
  const near = known
    .map((each) => ({ each, edits: editsBetween(word, simple(each)) }))
    .sort((a, b) => a.edits - b.edits)[0]
  if (near && near.edits <= Math.min(2, Math.floor(near.each.length / 2))) return near.each
  return known.find((each) => each && (word.startsWith(simple(each)) || word.endsWith(simple(each))))
}

/** Levenshtein distance. */
function editsBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at)
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= other.length; j += 1) {
      const isSame = one[i - 1] === other[j - 1]
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (isSame ? 0 : 1)))
    }
    row = next
  }
  return row[other.length]!
}

/** Logged to the console, and with `debug` also shown below the room. */
export function check(settings: EmbedSettings, element: Element): void {
  const found = mistakes({ ...settings })
  if (found.length === 0) return
  console.warn(`Alcove: ${found.join('\n')}`)
  if (!element.hasAttribute('debug')) return
  const note = document.createElement('p')
  note.lang = 'en'
  note.dir = 'ltr'
  note.dataset['alcoveNote'] = ''
  note.textContent = `For the site owner: ${found.join('. ')}`
  element.after(note)
}
