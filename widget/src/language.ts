/** One language in use: strings with their placeholders filled in, and numbers, times and days in its format. */
import { english, type Locale } from './locales/index.js'
import type { PartialStrings, Strings } from './locales/strings.js'

export type Words = Record<string, string | number>

const DAY_MS = 86_400_000

export class Language {
  readonly tag: string
  readonly direction: 'ltr' | 'rtl'
  readonly #strings: PartialStrings
  readonly #plural: Intl.PluralRules
  readonly #number: Intl.NumberFormat
  readonly #time: Intl.DateTimeFormat
  readonly #full: Intl.DateTimeFormat

  constructor({ tag, strings }: Locale, overrides: PartialStrings = {}) {
    this.tag = tag
    this.direction = /^(ar|fa|he|ur|ps|ckb|dv|sd|ug|yi)\b/i.test(tag) ? 'rtl' : 'ltr'
    this.#strings = { ...strings, ...overrides }
    this.#plural = new Intl.PluralRules(tag)
    this.#number = new Intl.NumberFormat(tag)
    this.#time = new Intl.DateTimeFormat(tag, { timeStyle: 'short' })
    this.#full = new Intl.DateTimeFormat(tag, { dateStyle: 'full', timeStyle: 'short' })
  }

  /** The string for `key`; `{n}` picks the plural form and is written in the language's digits. */
  text = (key: keyof Strings, words: Words = {}): string => {
    const entry = this.#strings[key] ?? english[key] ?? ''
    const pattern =
      typeof entry === 'string' ? entry : (entry[this.#plural.select(Number(words['n']))] ?? entry.other)
    return pattern.replace(/\{(\w+)\}/g, (blank, name: string) => {
      const word = words[name]
      return typeof word === 'number' ? this.#number.format(word) : (word ?? blank)
    })
  }

  number = (n: number): string => this.#number.format(n)

  time(at: number): string {
    return this.#time.format(at)
  }

  fullTime(at: number): string {
    return this.#full.format(at)
  }

  /** "Today", "Yesterday", "Monday, 3 March", and with the year if it is not the current one. */
  day(at: number, now: number): string {
    const date = new Date(at)
    const today = new Date(now)
    const daysAgo = Math.round((midnight(today) - midnight(date)) / DAY_MS)
    if (daysAgo === 0 || daysAgo === 1) {
      return this.#capital(new Intl.RelativeTimeFormat(this.tag, { numeric: 'auto' }).format(-daysAgo, 'day'))
    }
    const sameYear = date.getFullYear() === today.getFullYear()
    return this.#capital(
      new Intl.DateTimeFormat(this.tag, {
        weekday: 'long',
        day: 'numeric',
        month: 'long',
        ...(!sameYear && { year: 'numeric' }),
      }).format(at),
    )
  }

  #capital(text: string): string {
    return text.charAt(0).toLocaleUpperCase(this.tag) + text.slice(1)
  }
}

const midnight = (date: Date): number =>
  new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime()

/** The candidate languages of an element, best first: its own `lang`, the nearest `[lang]` around it, the browser's. */
export function wishedLanguages(element: Element, lang: string | undefined): string[] {
  return [lang && lang !== 'auto' ? lang : nearestLang(element), ...navigator.languages].filter(Boolean)
}

function nearestLang(element: Element): string {
  for (let node: Element | null = element; node; node = around(node)) {
    const lang = node.getAttribute('lang')
    if (lang && lang !== 'auto') return lang
  }
  return ''
}

/** The parent, or the host if the element is at the top of a shadow root. */
function around(element: Element): Element | null {
  if (element.parentElement) return element.parentElement
  const root = element.getRootNode()
  return root instanceof ShadowRoot ? root.host : null
}
