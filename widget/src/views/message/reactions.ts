/** What people reacted with, below a message: counts to read. What makes buttons of them comes later (views/extras). */
import type { Message } from '@alcove/sdk'
import { html, nothing } from 'lit'
import type { Language } from '../../language.js'

type Reaction = Message['reactions'][number]

/** What a chip holds, wherever it is drawn: a button is not to be wider than the count in whose place it comes. */
export const chipFace = ({ emoji, count }: Reaction, { number }: Language): unknown =>
  html`<i>${emoji}</i>${number(count)}`

export const chipClass = ({ mine }: Reaction): string => (mine ? 'chip mine' : 'chip')

/** A row that is walked to by keyboard is read by its name. */
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
