/** A row of the list: a message, or a mark between messages. */
import { html, nothing, type TemplateResult } from 'lit'
import type { Message } from '@alcove/sdk'
import { isOnlyEmoji } from '../../message-text.js'
import { taggedName } from '../../names.js'
import type { TimelineRow } from '../../timeline.js'
import { avatar, personName } from '../avatar.js'
import { linked } from '../linked.js'
import type { MessageRow, RowContext } from './context.js'
import { counts, spokenCounts } from './reactions.js'

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

function messageRow({ key, message, own, first, last }: MessageRow, context: RowContext): TemplateResult {
  const { language, extras } = context
  const { user, state, at, deleted, reactions } = message
  // An uncommitted message has no `seq` and sorts above every other.
  const fresh = (message.seq ?? Infinity) > context.freshAfter
  // A pending change is shown like a pending message.
  const shown = message.pending ? 'pending' : state
  const classes = `row message ${shown}${own ? ' own' : ''}${first ? ' first' : ''}${last ? ' last' : ''}${fresh ? ' fresh' : ''}`
  const author = own ? language.text('you') : taggedName(user, context.sharedNames)
  const text = deleted ? language.text('deleted') : message.text
  const isEdited = message.editedAt
  const time = html`${isEdited && html`<span class="tag">${language.text('edited')}</span>`}<time
      datetime=${new Date(at).toISOString()}
      title=${language.fullTime(at)}
      >${language.time(at)}</time
    >`
  const note = state === 'failed' ? 'notSent' : isEdited && 'edited'
  const isWhole = context.unfolded.has(message.id)
  const tabIndex = key === context.activeKey ? 0 : -1
  return html`<div
    class=${classes}
    part="message ${own ? 'message-own' : 'message-other'}"
    role="article"
    data-key=${key}
    tabindex=${tabIndex}
    aria-label="${author}, ${language.time(at)}: ${text}${note ? ` (${language.text(note)})` : ''}${spokenCounts(reactions, language)}"
  >
    ${own || !first ? nothing : avatar(user)}
    <div class="stack">
      ${
        !own && (first || isEdited)
          ? html`<div class="meta">${first ? personName(user, context.sharedNames) : nothing}${time}</div>`
          : nothing
      }
      <div
        class="bubble${deleted ? ' gone' : isOnlyEmoji(text) ? ' emoji' : ''}"
        part="bubble"
        title=${language.fullTime(at)}
      >
        <div class=${isWhole ? nothing : 'fold'}>
          <div class="text" dir="auto">${linked(text, tabIndex)}</div>
        </div>
        ${
          // Shown by the style if scroll.ts finds the text cut off.
          isWhole
            ? nothing
            : html`<button
                type="button"
                class="link more"
                tabindex=${tabIndex}
                @click=${() => context.unfold(message.id)}
              >
                ${language.text('showMore')}
              </button>`
        }
      </div>
      ${extras?.beside(message)} ${extras ? extras.below(message) : counts(reactions, language)}
      ${own && (last || isEdited) ? html`<div class="meta">${ownFooter(message, shown, time, context)}</div>` : nothing}
    </div>
  </div>`
}

function ownFooter(
  message: Message,
  shown: Message['state'],
  time: TemplateResult,
  { language: { text }, isOnline, extras }: RowContext,
): TemplateResult {
  if (shown === 'sent') return time
  return shown === 'pending'
    ? html`<span class="sending">${text(isOnline ? 'sending' : 'waiting')}</span>`
    : html`<span>${text('notSent')}</span>${extras?.failed(message)}`
}
