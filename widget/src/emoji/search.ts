/** Emoji with their names and keywords, and the search in them. Pure. */

export interface NamedEmoji {
  readonly emoji: string
  readonly name: string
}

/** The names in one language: a line `name|keyword keyword` for each emoji, in the same order. */
export interface EmojiNames {
  readonly groups: readonly string[]
  readonly lines: string
}

interface Entry extends NamedEmoji {
  /** In lower case and without diacritics; the words of the name first. */
  readonly words: readonly string[]
  /** How many of the words belong to the name. */
  readonly named: number
}

export class EmojiIndex {
  readonly groups: readonly { name: string; emoji: readonly NamedEmoji[] }[]
  readonly #entries: readonly Entry[]
  readonly #byEmoji: ReadonlyMap<string, Entry>

  /** `emoji`: one string per group, separated by spaces. */
  constructor(emoji: readonly string[], { groups, lines }: EmojiNames) {
    const names = lines.split('\n')
    let at = 0
    this.groups = emoji.map((group, index) => ({
      name: groups[index] ?? '',
      emoji: group.split(' ').map((each) => entry(each, names[at++] ?? '')),
    }))
    this.#entries = this.groups.flatMap((group) => group.emoji as Entry[])
    this.#byEmoji = new Map(this.#entries.map((each) => [each.emoji, each]))
  }

  named(emoji: string): NamedEmoji {
    return this.#byEmoji.get(emoji) ?? { emoji, name: '' }
  }

  /** Each word of the query must start a word of the emoji. Matches in the name come first, exact names before others. */
  find(query: string): readonly NamedEmoji[] {
    const wanted = wordsOf(query)
    if (wanted.length === 0) return []
    const found = this.#entries.flatMap((each) => {
      const rank = rankOf(each, wanted)
      return rank === undefined ? [] : [{ each, rank }]
    })
    return found.sort((a, b) => a.rank - b.rank).map(({ each }) => each)
  }
}

/** 0: the whole name; 1: the beginning of the name; 2: elsewhere in it; 3: keywords too. */
function rankOf({ words, named }: Entry, wanted: readonly string[]): number | undefined {
  const places = wanted.map((word) => words.findIndex((each) => each.startsWith(word)))
  if (places.includes(-1)) return undefined
  if (Math.max(...places) >= named) return 3
  if (places[0] !== 0) return 2
  return named === wanted.length && wanted.every((word, place) => word === words[place]) ? 0 : 1
}

function entry(emoji: string, line: string): Entry {
  const [name = '', more = ''] = line.split('|')
  const own = wordsOf(name)
  return { emoji, name, words: [...own, ...wordsOf(more)], named: own.length }
}

/** Letters and digits; `e` finds `é`, and `ا` finds `أ`. */
const wordsOf = (text: string): string[] =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
