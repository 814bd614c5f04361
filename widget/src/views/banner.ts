import { html, nothing, type TemplateResult } from 'lit'
import type { Language } from '../language.js'
import { reasonFor } from '../reasons.js'
import type { Notice } from '../notice.js'

export function banner(notice: Notice, text: Language['text'], retry: () => void): TemplateResult {
  const canRetry = notice.name !== 'reconnecting' && notice.name !== 'online'
  return html`<div class="banner ${notice.name}" part="banner">
    <span>${words(notice, text)}</span>
    ${canRetry ? html`<button type="button" class="link" @click=${retry}>${text('retry')}</button>` : nothing}
  </div>`
}

/** Also the text for the announcer, without the countdown. */
export function words(notice: Notice, text: Language['text'], spoken = false): string {
  switch (notice.name) {
    case 'reconnecting':
    case 'online':
      return text(notice.name)
    case 'offline':
      return notice.seconds && !spoken
        ? `${text('offline')} ${text('retryIn', { n: notice.seconds })}`
        : text('offline')
    case 'refused':
      return text(`${reasonFor(notice.error.code)}Title`)
    case 'switch-failed':
      return `${text('switchFailed')} ${text(`${reasonFor(notice.error.code)}Title`)}.`
  }
}
