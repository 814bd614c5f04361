/** What stands in place of the room while there is none: waiting, or the reason why not. */
import { html, nothing, type TemplateResult } from 'lit'
import type { Language } from '../language.js'
import type { Explanation, Reason } from '../reasons.js'
import { icons } from './icons.js'

const ICONS: { [reason in Reason]: () => TemplateResult } = {
  unreachable: icons.offline,
  notFound: icons.search,
  full: icons.people,
  signIn: icons.lock,
  setup: icons.tools,
  busy: icons.clock,
  error: icons.alert,
}

export function connecting(text: Language['text']): TemplateResult {
  return html`<div class="skeleton" part="connecting">
    <i></i><i></i><i></i><i></i><i></i>
    <p>${text('connecting')}</p>
  </div>`
}

export interface ShutContext {
  text: Language['text']
  reason: Reason
  /** What happens next by itself: a countdown, or an attempt going on. */
  progress: string | undefined
  retry: (() => void) | undefined
  /** For whoever runs the site; readers elsewhere are not shown it. */
  explanation: Explanation | undefined
}

export function shut({ text, reason, progress, retry, explanation }: ShutContext): TemplateResult {
  return html`<div class="state" part="state" data-reason=${reason}>
    <div class="badge">${ICONS[reason]()}</div>
    <h2>${text(`${reason}Title`)}</h2>
    <p>${text(`${reason}Text`)}</p>
    ${
      retry
        ? html`<button type="button" class="button" part="retry" @click=${retry}>${text('retry')}</button>`
        : nothing
    }
    ${progress ? html`<p class="small">${progress}</p>` : nothing}
    ${explanation ? details(explanation, text) : nothing}
  </div>`
}

/** In English and left to right whatever the language around it: codes and commands. */
const details = ({ code, hint, command }: Explanation, text: Language['text']): TemplateResult =>
  html`<div class="details" part="details">
    <b>${text('details')}</b>
    <div lang="en" dir="ltr">
      <p><code>${code}</code> — ${hint}</p>
      ${command ? html`<pre><code>${command}</code></pre>` : nothing}
    </div>
  </div>`

export function closed(text: Language['text'], reopen: () => void): TemplateResult {
  return html`<div class="state" part="state" data-reason="closed">
    <div class="badge">${icons.chat()}</div>
    <h2>${text('closedTitle')}</h2>
    <button type="button" class="button" part="retry" @click=${reopen}>${text('openChat')}</button>
  </div>`
}
