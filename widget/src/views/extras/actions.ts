/** What can be done with one message: as a bar beside it, and as large buttons where the field is. */
import { html, type TemplateResult } from 'lit'
import type { Message } from '@alcove/sdk'
import type { RowAction } from '../../conversation/row-action.js'
import type { Language } from '../../language.js'
import { icons } from '../icons.js'
import { dots } from './icons.js'

/** As many buttons as the strip beside a bubble has room for. */
const SHOWN_IN_BAR = 3

export interface ActionsContext {
  text: Language['text']
  message: Message
  /** Names the message. */
  label: string
  actions: readonly RowAction[]
}

export interface BarContext extends ActionsContext {
  /** Its first button can be reached with the Tab key: the row has the focus. */
  isTabStop: boolean
  more: () => void
}

/** The last button leads to the rest; where there is no room, it is the only one. */
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
        @click=${more}
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

/** For fingers: where the field is, so that it lies on nothing that anybody wrote. */
export function actionSheet(context: ActionsContext, above: unknown, close: () => void): TemplateResult {
  const { text, label, actions, message } = context
  return html`<div class="dock sheet-acts" part="actions" role="dialog" aria-label=${label}>
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
