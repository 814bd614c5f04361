/** The view shown instead of the room: waiting, or the reason why there is none. */
import { html, nothing, type TemplateResult } from 'lit'
import type { Language } from '../language.js'
import type { Reason } from '../reasons.js'
import { icons } from './icons.js'

export function connecting(text: Language['text']): TemplateResult {
  return html`<div class="skeleton" part="connecting">
    <i></i><i></i><i></i><i></i><i></i>
    <p>${text('connecting')}</p>
  </div>`
}

export interface ShutContext {
  text: Language['text']
  reason: Reason
  /** What happens next automatically: a countdown, or an attempt under way. */
  progress: string | undefined
  retry: (() => void) | undefined
  /** These two come from refusal.ts once it has loaded. */
  icon: TemplateResult | undefined
  details: TemplateResult | undefined
}

export function shut({ text, reason, progress, retry, icon, details }: ShutContext): TemplateResult {
  return html`<div class="state" part="state" data-reason=${reason}>
    <div class="badge">${icon ?? icons.chat()}</div>
    <h2>${text(`${reason}Title`)}</h2>
    <p>${text(`${reason}Text`)}</p>
    ${
      retry
        ? html`<button type="button" class="button" part="retry" @click=${retry}>${text('retry')}</button>`
        : nothing
    }
    ${progress ? html`<p class="small">${progress}</p>` : nothing} ${details ?? nothing}
  </div>`
}

export function closed(text: Language['text'], reopen: () => void): TemplateResult {
  return html`<div class="state" part="state" data-reason="closed">
    <div class="badge">${icons.chat()}</div>
    <h2>${text('closedTitle')}</h2>
    <button type="button" class="button" part="retry" @click=${reopen}>${text('openChat')}</button>
  </div>`
}
