/** Below a message: that it was not sent, or that a change was refused. */
import { html, nothing, type TemplateResult } from 'lit'
import type { Remedy } from '../../conversation/row-action.js'
import type { Language } from '../../language.js'

export function refusedChange(
  text: Language['text'],
  words: string,
  remedy: Remedy | undefined,
  dismiss: () => void,
): TemplateResult {
  return html`<div class="meta refused">
    <span>${words}</span>
    ${
      remedy
        ? html`<button type="button" class="link" @click=${remedy.act}>${text(remedy.word)}</button>`
        : nothing
    }
    <button type="button" class="link" @click=${dismiss}>${text('discard')}</button>
  </div>`
}

/** After the text that a message was not sent. */
export const unsentActions = (
  text: Language['text'],
  retry: () => void,
  discard: () => void,
): TemplateResult =>
  html`<button type="button" class="link" @click=${retry}>${text('retry')}</button>
    <button type="button" class="link" @click=${discard}>${text('discard')}</button>`
