/** Chooses the language of an element, again whenever another is requested or its strings have loaded. */
import type { ReactiveController, ReactiveControllerHost } from 'lit'
import { Language, wishedLanguages } from './language.js'
import { findLocale } from './locales/index.js'
import type { PartialStrings } from './locales/strings.js'

interface LanguageHost extends ReactiveControllerHost, Element {
  readonly lang: string
  readonly strings: PartialStrings | undefined
}

export class LanguageController implements ReactiveController {
  current = new Language(findLocale([]))
  #tag = ''
  #words: PartialStrings | undefined
  #overrides: PartialStrings | undefined

  constructor(private readonly host: LanguageHost) {
    host.addController(this)
  }

  hostUpdate(): void {
    const { lang, strings: overrides } = this.host
    const locale = findLocale(wishedLanguages(this.host, lang))
    const { tag, strings, loading } = locale
    if (tag === this.#tag && strings === this.#words && overrides === this.#overrides) return
    this.#tag = tag
    this.#words = strings
    this.#overrides = overrides
    this.current = new Language(locale, overrides)
    void loading?.then(() => this.host.requestUpdate())
  }
}
