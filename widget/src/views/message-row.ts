import { html, nothing, type TemplateResult } from 'lit'
import type { Message } from '@alcove/sdk'
import type { Language } from '../language.js'
import { isOnlyEmoji } from '../message-text.js'
import { taggedName } from '../names.js'
import type { TimelineRow } from '../timeline.js'
import { avatar, personName } from './avatar.js'
import { linked } from './linked.js'

export interface RowContext {
  language: Language
  sharedNames: ReadonlySet<string>
  /** Messages above this `seq` came while the room was on screen, and rise into place. */
  freshAfter: number
  /** The one row in the tab order. */
  activeKey: string | undefined
  now: number
  isOnline: boolean
  /** Messages that the reader has asked to see whole. */
  unfolded: ReadonlySet<string>
  unfold: (id: string) => void
  retry: (id: string) => void
  discard: (id: string) => void
}

export function timelineRow(row: TimelineRow, context: RowContext): TemplateResult {
  const { language } = context
  switch (row.kind) {
    case 'day':
      return mark('day', language.day(row.at, context.now))
    case 'divider':
      return mark('divider', language.text('missed', { n: row.missed }))
    case 'message':
      return messageRow(row, context)
  }
}

const mark = (kind: string, text: string): TemplateResult =>
  html`<div class="row ${kind}" part=${kind} role="separator" aria-label=${text}><span>${text}</span></div>`

function messageRow(
  { key, message, own, first, last }: Extract<TimelineRow, { kind: 'message' }>,
  context: RowContext,
): TemplateResult {
  const { language } = context
  const { user, text, state, at } = message
  const fresh = message.seq === undefined || message.seq > context.freshAfter
  const classes = `row message ${state}${own ? ' own' : ''}${first ? ' first' : ''}${last ? ' last' : ''}${fresh ? ' fresh' : ''}`
  const author = own ? language.text('you') : taggedName(user, context.sharedNames)
  const time = html`<time datetime=${new Date(at).toISOString()} title=${language.fullTime(at)}
    >${language.time(at)}</time
  >`
  const failed = state === 'failed'
  const isWhole = context.unfolded.has(message.id)
  return html`<div
    class=${classes}
    part="message ${own ? 'message-own' : 'message-other'}"
    role="article"
    data-key=${key}
    tabindex=${key === context.activeKey ? 0 : -1}
    aria-label="${author}, ${language.time(at)}: ${text}${failed ? ` (${language.text('notSent')})` : ''}"
  >
    ${own || !first ? nothing : avatar(user)}
    <div class="stack">
      ${own || !first ? nothing : html`<div class="meta">${personName(user, context.sharedNames)}${time}</div>`}
      <div class="bubble${isOnlyEmoji(text) ? ' emoji' : ''}" part="bubble" title=${language.fullTime(at)}>
        <div class=${isWhole ? nothing : 'fold'}>
          <div class="text" dir="auto">${linked(text)}</div>
        </div>
        ${
          // The style shows it where scroll.ts finds the text cut off.
          isWhole
            ? nothing
            : html`<button type="button" class="link more" @click=${() => context.unfold(message.id)}>
                ${language.text('showMore')}
              </button>`
        }
      </div>
      ${own && last ? html`<div class="meta">${ownFooter(message, time, context)}</div>` : nothing}
    </div>
  </div>`
}

function ownFooter({ id, state }: Message, time: TemplateResult, context: RowContext): TemplateResult {
  const { text } = context.language
  if (state === 'sent') return time
  if (state === 'pending')
    return html`<span class="sending">${text(context.isOnline ? 'sending' : 'waiting')}</span>`
  return html`<span>${text('notSent')}</span>
    <button type="button" class="link" @click=${() => context.retry(id)}>${text('retry')}</button>
    <button type="button" class="link" @click=${() => context.discard(id)}>${text('discard')}</button>`
}
