/** The reactions below a message, as counts to read. views/extras/reactions.ts replaces them with buttons. */
import type { Message } from '@alcove/sdk'
import { html, nothing } from 'lit'
import type { Language } from '../../language.js'

type Reaction = Message['reactions'][number]

/** The content of a chip, also of the button that replaces it: both have the same size. */
export const chipFace = ({ emoji, count }: Reaction, { number }: Language): unknown =>
  html`<i>${emoji}</i>${number(count)}`

export const chipClass = ({ mine }: Reaction): string => (mine ? 'chip mine' : 'chip')

/** For the name of the row, which is what a screen reader says when the row gets the focus. */
export const spokenCounts = (reactions: readonly Reaction[], { number }: Language): string =>
  reactions.map(({ emoji, count }) => `, ${emoji} ${number(count)}`).join('')

export const counts = (reactions: readonly Reaction[], language: Language): unknown =>
  reactions.length
    ? html`<div class="chips" part="reactions">
        ${reactions.map(
          (reaction) => html`<span class=${chipClass(reaction)}>${chipFace(reaction, language)}</span>`,
        )}
      </div>`
    : nothing
