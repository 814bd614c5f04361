/**
 * A text with its links. Parsed and drawn only when it changes, however often the list is drawn. Tab reaches the links
 * of the row in the tab order only.
 */
import { html, noChange } from 'lit'
import { Directive, directive } from 'lit/directive.js'
import { linkify } from '../linkify.js'

class Linked extends Directive {
  #text: string | undefined
  #tabIndex: number | undefined

  render(text: string, tabIndex: number): unknown {
    if (text === this.#text && tabIndex === this.#tabIndex) return noChange
    this.#text = text
    this.#tabIndex = tabIndex
    return linkify(text).map((part) =>
      part.href
        ? html`<a
            href=${part.href}
            tabindex=${tabIndex}
            dir="ltr"
            target="_blank"
            rel="noopener noreferrer nofollow ugc"
            >${part.text}</a
          >`
        : part.text,
    )
  }
}

export const linked = directive(Linked)
