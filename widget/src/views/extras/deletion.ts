/** The confirmation before deleting, and the undo button after it. */
import { html, nothing, type TemplateResult } from 'lit'
import type { Language } from '../../language.js'

export function confirmation(
  text: Language['text'],
  excerpt: string,
  { remove, keep }: { remove: () => void; keep: () => void },
  isAboveField: boolean,
): TemplateResult {
  return html`<div
    class="dock${isAboveField ? ' lifted' : ''}"
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

export interface UndoContext {
  text: Language['text']
  undo: () => void
  /** The pointer or the focus is on the button. */
  hold: () => void
  release: () => void
}

/** Next to a message that is about to be deleted. */
export const undoButton = ({ text, undo, hold, release }: UndoContext): TemplateResult =>
  html`<button
    type="button"
    class="link undo"
    part="undo"
    @click=${undo}
    @pointerenter=${hold}
    @pointerleave=${release}
    @focus=${hold}
    @blur=${release}
  >
    ${text('undo')}
  </button>`
