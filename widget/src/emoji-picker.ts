/**
 * All emoji, by group and searchable by name. Loaded when it is first opened, together with the names in the user's language.
 * It renders itself, and only when the query changes: a room repaints far more often than 1,400 buttons need.
 */
import { html, nothing, render, type TemplateResult } from 'lit'
import { isComposing } from './composing.js'
import { EMOJI } from './emoji/emoji.js'
import { fetchNames } from './emoji/names.js'
import { EmojiIndex, type NamedEmoji } from './emoji/search.js'
import type { Language } from './language.js'
import { icons } from './views/icons.js'

export { emojiPicker as styles } from './styles/emoji-picker.js'

const MAX_QUERY = 40

export interface PickerContext {
  text: Language['text']
  isMirrored: boolean
  /** The ones listed first. */
  usual: readonly string[]
  /** The user's own reactions. */
  mine: ReadonlySet<string>
  choose: (emoji: string) => void
  close: () => void
}

interface Shown {
  readonly name: string
  readonly emoji: readonly NamedEmoji[]
}

/** Rejects if the names cannot be loaded. */
export async function openPicker(tag: string, context: PickerContext): Promise<EmojiPicker> {
  return new EmojiPicker(new EmojiIndex(EMOJI, await fetchNames(tag)), context)
}

export class EmojiPicker {
  readonly element = document.createElement('div')
  #query = ''

  constructor(
    private readonly index: EmojiIndex,
    private readonly context: PickerContext,
  ) {
    const { element } = this
    element.className = 'picker'
    element.addEventListener('click', this.#click)
    element.addEventListener('keydown', this.#keydown)
    this.#draw()
  }

  #draw(): void {
    const { text, close } = this.context
    const groups = this.#shown()
    const isEmpty = groups.length === 0
    render(
      html`<div class="seek">
          <input
            type="search"
            part="search"
            dir="auto"
            maxlength=${MAX_QUERY}
            autocomplete="off"
            placeholder=${text('searchEmoji')}
            aria-label=${text('searchEmoji')}
            @input=${(event: Event) => this.#seek((event.target as HTMLInputElement).value)}
          />
          <button type="button" class="act" aria-label=${text('keep')} @click=${close}>
            ${icons.close()}
          </button>
        </div>
        <div class="groups">
          ${groups.map((group, index) => this.#group(group, index === 0))}
          <p role="status">${isEmpty ? text('noEmoji') : nothing}</p>
        </div>`,
      this.element,
    )
    this.element.querySelector('.groups')!.scrollTop = 0
  }

  #shown(): Shown[] {
    const { index, context } = this
    if (this.#query) {
      const found = index.find(this.#query)
      const isUsual = ({ emoji }: NamedEmoji): boolean => context.usual.includes(emoji)
      const emoji = [...found.filter(isUsual), ...found.filter((each) => !isUsual(each))]
      return emoji.length ? [{ name: '', emoji }] : []
    }
    return [{ name: '', emoji: context.usual.map((emoji) => index.named(emoji)) }, ...index.groups]
  }

  #group({ name, emoji }: Shown, isFirst: boolean): TemplateResult {
    return html`<div class="group" role="group" aria-label=${name || nothing}>
      ${name ? html`<h3>${name}</h3>` : nothing}
      ${emoji.map((each, index) => this.#button(each, isFirst && index === 0))}
    </div>`
  }

  #button({ emoji, name }: NamedEmoji, isTabStop: boolean): TemplateResult {
    return html`<button
      type="button"
      class="emoji-button"
      tabindex=${isTabStop ? 0 : -1}
      aria-label=${name || nothing}
      title=${name || nothing}
      aria-pressed=${this.context.mine.has(emoji) ? 'true' : nothing}
      data-emoji=${emoji}
    >
      ${emoji}
    </button>`
  }

  #seek(query: string): void {
    this.#query = query.trim()
    this.#draw()
  }

  readonly #click = ({ target }: Event): void => {
    const emoji = (target as Element).closest<HTMLElement>('[data-emoji]')?.dataset['emoji']
    if (emoji) this.context.choose(emoji)
  }

  // ---- keys ----

  readonly #keydown = (event: KeyboardEvent): void => {
    const { target, key } = event
    if (key === 'Escape' || isComposing(event)) return
    // The page's shortcuts must not fire while somebody types.
    event.stopPropagation()
    const isHandled =
      target instanceof HTMLInputElement
        ? this.#inputKey(key)
        : target instanceof HTMLElement && target.dataset['emoji'] !== undefined && this.#gridKey(key, target)
    if (isHandled) event.preventDefault()
  }

  #inputKey(key: string): boolean {
    const [first] = this.#buttons()
    if (key === 'ArrowDown') return this.#goTo(first)
    if (key !== 'Enter') return false
    // Enter chooses the first result.
    if (this.#query) first?.click()
    return true
  }

  #gridKey(key: string, from: HTMLElement): boolean {
    const buttons = this.#buttons()
    const at = buttons.indexOf(from)
    const step = this.context.isMirrored ? -1 : 1
    switch (key) {
      case 'ArrowRight':
        return this.#goTo(buttons[at + step])
      case 'ArrowLeft':
        return this.#goTo(buttons[at - step])
      case 'Home':
        return this.#goTo(buttons[0])
      case 'End':
        return this.#goTo(buttons.at(-1))
      case 'ArrowDown':
        return this.#goTo(nearestInNextLine(from, buttons.slice(at + 1)))
      case 'ArrowUp': {
        const above = nearestInNextLine(from, buttons.slice(0, at).reverse())
        return this.#goTo(above ?? this.element.querySelector('input') ?? undefined)
      }
      default:
        return false
    }
  }

  #buttons(): HTMLElement[] {
    return [...this.element.querySelectorAll<HTMLElement>('[data-emoji]')]
  }

  /** Only the last focused one is in the tab order. */
  #goTo(to: HTMLElement | undefined): true {
    if (!to) return true
    if (to.dataset['emoji'] !== undefined) {
      for (const each of this.element.querySelectorAll<HTMLElement>('[data-emoji][tabindex="0"]'))
        each.tabIndex = -1
      to.tabIndex = 0
    }
    to.focus()
    return true
  }
}

/** The next button straight above or below. Rows differ in length and start over in each group. */
function nearestInNextLine(from: Element, following: readonly HTMLElement[]): HTMLElement | undefined {
  const { top, left } = from.getBoundingClientRect()
  const placed = following.map((button) => ({ button, place: button.getBoundingClientRect() }))
  const line = placed.find(({ place }) => Math.abs(place.top - top) > 1)?.place.top
  const inLine = placed.filter(({ place }) => place.top === line)
  inLine.sort((a, b) => Math.abs(a.place.left - left) - Math.abs(b.place.left - left))
  return inLine[0]?.button
}
