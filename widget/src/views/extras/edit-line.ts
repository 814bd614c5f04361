/** Above the text in the field: the message being edited. */
import { html, type TemplateResult } from 'lit'
import type { Language } from '../../language.js'
import { icons } from '../icons.js'
import { pencil } from './icons.js'

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
