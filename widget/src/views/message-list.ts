import { html, nothing, type TemplateResult } from 'lit'
import type { TimelineRow } from '../timeline.js'
import { icons } from './icons.js'
import { keyedRows } from './keyed-rows.js'
import type { RowContext } from './message/context.js'
import { timelineRow } from './message/row.js'

export interface ListContext extends RowContext {
  rows: readonly TimelineRow[]
  /**
   * `more`: there is older history; `failed`: the last attempt to load it failed; `overtaken`: it is no longer
   * contiguous.
   */
  above: 'more' | 'failed' | 'overtaken' | 'beginning'
  loadOlder: () => void
  onKeydown: (event: KeyboardEvent) => void
  onFocusin: (event: FocusEvent) => void
}

/** `aria-live="off"`: announcer.ts announces new messages in batches. */
export function messageList(context: ListContext): TemplateResult {
  const { text } = context.language
  return html`<div
    class="scroller"
    part="messages"
    role="log"
    aria-live="off"
    aria-label=${text('messages')}
    @keydown=${context.onKeydown}
    @focusin=${context.onFocusin}
  >
    <div class="content">
      <div class="top"></div>
      ${context.rows.length ? above(context) : nothing}
      ${keyedRows(
        context.rows,
        (row) => row.key,
        (row) => timelineRow(row, context),
      )}
      <div class="end"></div>
    </div>
  </div>`
}

function above({ above, language: { text }, loadOlder }: ListContext): TemplateResult {
  if (above === 'beginning') return html`<p class="note" part="beginning">${text('beginning')}</p>`
  if (above === 'more') return html`<p class="note">${text('loading')}</p>`
  return html`<p class="note">
    ${text('olderFailed')} <button type="button" class="link" @click=${loadOlder}>${text('retry')}</button>
  </p>`
}

export function emptyRoom(text: RowContext['language']['text'], mayWrite: boolean): TemplateResult {
  return html`<div class="state" part="empty">
    <slot name="empty">
      <div class="badge">${icons.chat()}</div>
      <h2>${text('emptyTitle')}</h2>
      ${mayWrite ? html`<p>${text('emptyText')}</p>` : nothing}
    </slot>
  </div>`
}

/** Jumps to the end and shows how many new messages are there. */
export function pill(n: number, text: RowContext['language']['text'], jump: () => void): TemplateResult {
  return html`<div class="pill">
    <button
      type="button"
      part="new-messages"
      class=${n ? 'new' : 'plain'}
      aria-label=${n ? nothing : text('latest')}
      @click=${jump}
    >
      ${icons.down()}${n ? text('newMessages', { n }) : nothing}
    </button>
  </div>`
}

export function typingLine(names: readonly string[], text: RowContext['language']['text']): TemplateResult {
  const [a = '', b = ''] = names
  const key = names.length === 1 ? 'typingOne' : names.length === 2 ? 'typingTwo' : 'typingMany'
  // Isolated with control characters, because the names are part of a translated sentence.
  const isolated = (name: string): string => `\u2068${name}\u2069`
  return html`<div class="typing" part="typing">
    ${
      names.length
        ? html`<div class="dots" aria-hidden="true"><i></i><i></i><i></i></div>
            <span>${text(key, { a: isolated(a), b: isolated(b) })}</span>`
        : nothing
    }
  </div>`
}
