/**
 * Writes the emoji of the picker and what four languages call them, `widget/src/emoji/{emoji,names-*}.ts`, from Unicode's
 * data: order and groups as emojibase has them, names and keywords of CLDR. Run by hand when a new version of the data is
 * wanted; what it writes is committed, so that neither a build nor a test needs 100 MB of packages.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { format } from 'prettier'
import { enterRoot } from './lib/root.mjs'

const PACKAGES = ['emojibase-data@17.0.0', 'cldr-annotations-full@48.2.0']
/** Emoji 14, of 2021: what nearly all phones in use draw. A newer one would be an empty box for many. */
const NEWEST = 14
const FLAGS = 9

/** People are the second group of Unicode's, and one with the faces here: what one reacts with most. */
const GROUPS = [[0], [1], [3], [4], [6], [5], [7], [8, FLAGS]]
const GROUP_NAMES = {
  en: 'Smileys|People|Animals and nature|Food and drink|Activities|Travel and places|Objects|Symbols',
  de: 'Smileys|Menschen|Tiere und Natur|Essen und Trinken|Aktivitäten|Reisen und Orte|Objekte|Symbole',
  es: 'Emoticonos|Personas|Animales y naturaleza|Comida y bebida|Actividades|Viajes y lugares|Objetos|Símbolos',
  ar: 'وجوه ومشاعر|أشخاص|حيوانات وطبيعة|طعام وشراب|أنشطة|سفر وأماكن|أشياء|رموز',
}

/**
 * A country's flag is two letters on Windows. Of people who do something, of couples and of families there is one each, of no
 * stated sex; and what is made of others has no name of its own: with a hair colour, a key of a telephone.
 */
const isLeftOut = ({ emoji }) =>
  /\p{RI}|\u{e007f}|^[\u{1f468}\u{1f469}]\u200d|\u200d[\u2640\u2642\u27a1\u{1f9b0}-\u{1f9b3}]|^[#*]|\u{1f51f}/u.test(
    emoji,
  )

/** As Unicode spells it where it is fully qualified: with a selector where it would be shown as text else. */
const qualified = (emoji) =>
  emoji
    .replace(/\ufe0f/g, '')
    .replace(/(?!\p{Emoji_Presentation})(?![*#\d])\p{Emoji}(?!\p{Emoji_Modifier})/gu, '$&\ufe0f')
    .replace(/[*#\d](?=\u20e3)/g, '$&\ufe0f')

function write(name, comment, code) {
  const text = `/** ${comment} Written by scripts/emoji.mjs; © Unicode, Inc., under the Unicode License v3. */\n${code}\n`
  return format(text, { parser: 'typescript', semi: false, singleQuote: true, printWidth: 110 }).then(
    (formatted) => writeFileSync(`widget/src/emoji/${name}.ts`, formatted),
  )
}

enterRoot()
const folder = mkdtempSync(join(tmpdir(), 'alcove-emoji-'))
try {
  writeFileSync(join(folder, 'package.json'), '{}')
  execFileSync('npm', ['install', '--no-audit', '--no-fund', ...PACKAGES], { cwd: folder, stdio: 'inherit' })
  const require = createRequire(join(folder, 'package.json'))
  const all = require('emojibase-data/en/data.json')
    .filter((each) => each.group !== undefined && each.version <= NEWEST && !isLeftOut(each))
    .sort((a, b) => a.order - b.order)
    .map(({ emoji, group }) => ({ emoji: qualified(emoji), group }))
  const groups = GROUPS.map((numbers) =>
    all.filter(({ group }) => numbers.includes(group)).map(({ emoji }) => emoji),
  )
  await write(
    'emoji',
    'The emoji of the picker, one string per group.',
    `export const EMOJI: readonly string[] = ${JSON.stringify(groups.map((group) => group.join(' ')))}`,
  )
  for (const [language, names] of Object.entries(GROUP_NAMES)) {
    const { annotations } = require(
      `cldr-annotations-full/annotations/${language}/annotations.json`,
    ).annotations
    const lines = groups.flat().map((emoji) => lineOf(emoji, annotations))
    await write(
      `names-${language}`,
      `The names of the emoji in the language \`${language}\`, in the same order.`,
      `import type { EmojiNames } from './search.js'\n\n` +
        `export const names: EmojiNames = { groups: ${JSON.stringify(names.split('|'))}, lines: \`${lines.join('\n').replace(/[`\\$]/g, '\\$&')}\` }`,
    )
  }
  console.log(`${groups.flat().length} emoji`)
} finally {
  rmSync(folder, { recursive: true })
}

function lineOf(emoji, annotations) {
  const { tts, default: keywords = [] } =
    annotations[emoji] ?? annotations[emoji.replaceAll('\ufe0f', '')] ?? {}
  if (!tts) throw new Error(`no name for ${emoji}`)
  const [name] = tts
  const known = new Set(name.toLowerCase().split(/\s+/))
  const words = keywords
    .flatMap((keyword) => keyword.toLowerCase().split(/\s+/))
    .filter((word) => word.length > 1 && !known.has(word) && (known.add(word), true))
  return words.length > 0 ? `${name}|${words.join(' ')}` : name
}
