/** Reactions as buttons: the existing ones below a message, and the usual ones to choose from. */
import type { Message } from '@alcove/sdk'
import { html, type TemplateResult } from 'lit'
import type { Language } from '../../language.js'
import { keyedRows } from '../keyed-rows.js'
import { chipClass, chipFace } from '../message/reactions.js'
import { plus, smile } from './icons.js'

type Reaction = Message['reactions'][number]

export interface ChipsContext {
  language: Language
  reactions: readonly Reaction[]
  /** Whether Tab reaches the first one: the row has the focus. */
  isTabStop: boolean
  toggle: (emoji: string) => void
  /** Opens the choice of emoji. */
  open: (from: Element) => void
}

export function chips({ language, reactions, isTabStop, toggle, open }: ChipsContext): TemplateResult {
  const { text } = language
  const first = reactions[0]
  return html`<div class="chips" part="reactions" role="group" aria-label=${text('reactions')}>
    ${keyedRows(
      reactions,
      ({ emoji }) => emoji,
      (reaction) =>
        html`<button
          type="button"
          class=${chipClass(reaction)}
          tabindex=${isTabStop && reaction === first ? 0 : -1}
          aria-pressed=${reaction.mine}
          aria-label=${chipName(reaction, text)}
          data-emoji=${reaction.emoji}
          @click=${() => toggle(reaction.emoji)}
        >
          ${chipFace(reaction, language)}
        </button>`,
    )}
    <button
      type="button"
      class="chip add opens"
      tabindex="-1"
      aria-label=${text('react')}
      title=${text('react')}
      @click=${({ currentTarget }: Event) => open(currentTarget as Element)}
    >
      ${smile()}
    </button>
  </div>`
}

const chipName = ({ emoji, count, mine }: Reaction, text: Language['text']): string =>
  text(mine ? 'reactedByYou' : 'reactedBy', { text: emoji, n: count })

/** For users who may not react. */
export const readCounts = (reactions: readonly Reaction[], language: Language): unknown =>
  html`<div class="chips" part="reactions" role="group" aria-label=${language.text('reactions')}>
    ${reactions.map(
      (reaction) =>
        html`<span class=${chipClass(reaction)} role="img" aria-label=${chipName(reaction, language.text)}
          >${chipFace(reaction, language)}</span
        >`,
    )}
  </div>`

/** The usual ones; the user's own are marked. */
export function usualEmoji(
  text: Language['text'],
  usual: readonly string[],
  mine: ReadonlySet<string>,
  toggle: (emoji: string) => void,
  openAll: () => void,
): TemplateResult {
  return html`<div class="usual" role="group" aria-label=${text('react')}>
    ${usual.map(
      (emoji) =>
        html`<button
          type="button"
          class="emoji-button"
          aria-pressed=${mine.has(emoji)}
          @click=${() => toggle(emoji)}
        >
          ${emoji}
        </button>`,
    )}
    <button
      type="button"
      class="emoji-button"
      aria-label=${text('allEmoji')}
      title=${text('allEmoji')}
      @click=${openAll}
    >
      ${plus()}
    </button>
  </div>`
}

export function reactPanel(
  label: string,
  { isWhole, isNear }: { isWhole: boolean; isNear: boolean },
  content: unknown,
): TemplateResult {
  const classes = `dock react-dock${isWhole ? ' whole' : ''}${isNear ? ' near' : ''}`
  return html`<div class=${classes} part="react" role="dialog" aria-label=${label} tabindex="-1">
    ${content}
  </div>`
}
