/** A text with its links. Parsed and drawn only when the text changes, however often the list is drawn. */
import { html, noChange } from 'lit'
import { Directive, directive } from 'lit/directive.js'
import { linkify } from '../linkify.js'

class Linked extends Directive {
  #text: string | undefined

  render(text: string): unknown {
    if (text === this.#text) return noChange
    this.#text = text
    return linkify(text).map((part) =>
      part.href
        ? html`<a href=${part.href} dir="ltr" target="_blank" rel="noopener noreferrer nofollow ugc"
            >${part.text}</a
          >`
        : part.text,
    )
  }
}

export const linked = directive(Linked)
