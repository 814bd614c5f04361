/** The actions on a message: a bar next to it, and larger buttons in a panel next to it or, for touch, over the field. */
import { html, type TemplateResult } from 'lit'
import type { Message } from '@alcove/sdk'
import type { RowAction } from '../../conversation/row-action.js'
import type { Language } from '../../language.js'
import { icons } from '../icons.js'
import { dots } from './icons.js'

/** The strip next to a bubble has room for this many buttons. */
const SHOWN_IN_BAR = 3

export interface ActionsContext {
  text: Language['text']
  message: Message
  /** Identifies the message. */
  label: string
  actions: readonly RowAction[]
}

export interface BarContext extends ActionsContext {
  /** Whether Tab reaches its first button: the row has the focus. */
  isTabStop: boolean
  more: (from: Element) => void
}

/** If not all fit, the last button opens the sheet with all of them; in a narrow room it is the only one. */
export function actionBar(context: BarContext): TemplateResult {
  const { text, label, actions, isTabStop, more } = context
  const areAll = actions.length <= SHOWN_IN_BAR
  const shown = areAll ? actions : actions.slice(0, SHOWN_IN_BAR - 1)
  return html`<div class="actions">
    <div class="bar${areAll ? ' all' : ''}" part="actions" role="toolbar" aria-label=${label}>
      ${shown.map((action, index) => actionButton(action, context, isTabStop && index === 0 ? 0 : -1))}
      <button
        type="button"
        class="act opens more-acts"
        tabindex=${isTabStop ? 0 : -1}
        aria-label=${text('more')}
        title=${text('more')}
        @click=${({ currentTarget }: Event) => more(currentTarget as Element)}
      >
        ${dots()}
      </button>
    </div>
  </div>`
}

function actionButton(action: RowAction, { message }: ActionsContext, tabIndex: number): TemplateResult {
  const word = action.word(message)
  return html`<button
    type="button"
    class="act ${action.name}"
    tabindex=${tabIndex}
    aria-label=${word}
    aria-keyshortcuts=${action.key}
    title="${word} (${action.key})"
    @click=${(event: Event) => action.act(message, event.currentTarget as Element)}
  >
    ${action.icon(message)}
  </button>`
}

export interface SheetContext extends ActionsContext {
  /** Next to the message; otherwise over the field. */
  isNear: boolean
  close: () => void
}

/** `above`: drawn above the buttons. */
export function actionSheet(context: SheetContext, above: unknown): TemplateResult {
  const { text, label, actions, message, isNear, close } = context
  return html`<div
    class="dock sheet-acts${isNear ? ' near' : ''}"
    part="actions"
    role="dialog"
    aria-label=${label}
  >
    ${above}
    <div class="acts">
      ${actions.map(
        (action) =>
          html`<button type="button" class="act ${action.name}" @click=${() => action.act(message)}>
            ${action.icon(message)}<span>${action.word(message)}</span>
          </button>`,
      )}
      <button type="button" class="act" aria-label=${text('keep')} @click=${close}>${icons.close()}</button>
    </div>
  </div>`
}
