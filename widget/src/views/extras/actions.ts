/** What can be done with one message: as a bar beside it, and as large buttons where the field is. */
import { html, nothing, type TemplateResult } from 'lit'
import type { Language } from '../../language.js'
import { icons } from '../icons.js'
import { bin, copy, dots, pencil, tick } from './icons.js'

export type ActionName = 'edit' | 'copy' | 'remove'

/** A single key on a row does the same: the first letter of the English word, or Delete. */
export const KEYS: { readonly [A in ActionName]: string } = { edit: 'E', copy: 'C', remove: 'Delete' }

const ICONS: { readonly [A in ActionName]: () => TemplateResult } = { edit: pencil, copy, remove: bin }

export interface ActionsContext {
  text: Language['text']
  /** Names the message. */
  label: string
  actions: readonly ActionName[]
  isCopied: boolean
  act: (action: ActionName) => void
}

export interface BarContext extends ActionsContext {
  /** Its first button can be reached with the Tab key: the row has the focus. */
  isTabStop: boolean
  more: () => void
}

/** Where there is no room for all, it is one button that leads to the rest. */
export function actionBar(context: BarContext): TemplateResult {
  const { text, label, actions, isTabStop, more } = context
  return html`<div class="actions">
    <div class="bar" part="actions" role="toolbar" aria-label=${label}>
      ${actions.map((action, index) => actionButton(action, context, isTabStop && index === 0 ? 0 : -1))}
      <button
        type="button"
        class="act more-acts"
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

function actionButton(action: ActionName, context: ActionsContext, tabIndex: number): TemplateResult {
  const word = wordOf(action, context)
  return html`<button
    type="button"
    class="act ${action}"
    tabindex=${tabIndex}
    aria-label=${word}
    aria-keyshortcuts=${KEYS[action]}
    title="${word} (${KEYS[action]})"
    @click=${() => context.act(action)}
  >
    ${iconOf(action, context)}
  </button>`
}

/** For fingers: where the field is, so that it lies on nothing that anybody wrote. */
export function actionSheet(context: ActionsContext, close: () => void): TemplateResult {
  return html`<div class="dock sheet-acts" part="actions" role="dialog" aria-label=${context.label}>
    ${context.actions.map(
      (action) =>
        html`<button type="button" class="act ${action}" @click=${() => context.act(action)}>
          ${iconOf(action, context)}<span>${wordOf(action, context)}</span>
        </button>`,
    )}
    <button type="button" class="act" aria-label=${context.text('keep')} @click=${close}>
      ${icons.close()}
    </button>
  </div>`
}

const isDone = (action: ActionName, { isCopied }: ActionsContext): boolean => action === 'copy' && isCopied

const wordOf = (action: ActionName, context: ActionsContext): string =>
  context.text(isDone(action, context) ? 'copied' : action)

const iconOf = (action: ActionName, context: ActionsContext): TemplateResult =>
  isDone(action, context) ? tick() : ICONS[action]()

/** Asks before anything is deleted. */
export function confirmation(
  text: Language['text'],
  excerpt: string,
  remove: () => void,
  keep: () => void,
): TemplateResult {
  return html`<div
    class="dock"
    part="confirm"
    role="alertdialog"
    aria-labelledby="remove-ask"
    aria-describedby="remove-what"
  >
    <p id="remove-ask">${text('removeAsk')}</p>
    <p id="remove-what" class="sr">${excerpt || nothing}</p>
    <div class="choices">
      <button type="button" class="danger" @click=${remove}>${text('remove')}</button>
      <button type="button" class="plain" @click=${keep}>${text('keep')}</button>
    </div>
  </div>`
}

/** In the field, above the text: what is edited there. */
export function editLine(text: Language['text'], excerpt: string, leave: () => void): TemplateResult {
  return html`<div class="purpose" part="editing">
    ${pencil()}
    <div>
      <b>${text('editing')}</b>
      <span dir="auto">${excerpt}</span>
    </div>
    <button
      type="button"
      class="act"
      aria-label=${text('leaveEdit')}
      title="${text('leaveEdit')} (Esc)"
      @click=${leave}
    >
      ${icons.close()}
    </button>
  </div>`
}

/** Beside a message that is about to be deleted. */
export const undoButton = (text: Language['text'], undo: () => void): TemplateResult =>
  html`<button type="button" class="link undo" part="undo" @click=${undo}>${text('undo')}</button>`

/** Below a message whose change was refused. */
export function refusedChange(
  text: Language['text'],
  words: string,
  again: { word: 'retry' | 'copy'; act: () => void } | undefined,
  dismiss: () => void,
): TemplateResult {
  return html`<div class="meta refused">
    <span>${words}</span>
    ${
      again
        ? html`<button type="button" class="link" @click=${again.act}>${text(again.word)}</button>`
        : nothing
    }
    <button type="button" class="link" @click=${dismiss}>${text('discard')}</button>
  </div>`
}

/** After the words that a message was not sent. */
export const unsentActions = (
  text: Language['text'],
  retry: () => void,
  discard: () => void,
): TemplateResult =>
  html`<button type="button" class="link" @click=${retry}>${text('retry')}</button>
    <button type="button" class="link" @click=${discard}>${text('discard')}</button>`
