import { html, nothing, type TemplateResult } from 'lit'
import { isVisible } from '@alcove/sdk/protocol'
import type { Language } from '../language.js'
import { icons } from './icons.js'

/** Characters left from which the writer is told. */
const HINT_FROM = 200

export interface ComposerContext extends Partial<Purpose> {
  text: Language['text']
  draft: string
  limit: number
  onInput: (text: string) => void
  submit: () => void
}

/** Of a field that is for something else than a new message; whoever says so takes what is typed before it comes here. */
export interface Purpose {
  name: string
  /** In the field, above its text. */
  line: unknown
  /** Of the button. */
  label: string
  icon: TemplateResult
  canSubmit: boolean
}

/** Unicode code points, as the server counts them. Counted only near the limit: it is O(n) at each key. */
export function charactersLeft(draft: string, limit: number): number {
  return draft.length < limit - HINT_FROM ? limit - draft.length : limit - [...draft].length
}

/** At least one character that shows, by the server's rule. */
export const canSend = (draft: string, limit: number): boolean =>
  isVisible(draft) && charactersLeft(draft, limit) >= 0

/** The field's text is not bound here: it changes between two repaints, and what was drawn last says nothing of it. */
export function composer({
  text,
  draft,
  limit,
  onInput,
  submit,
  name = text('placeholder'),
  line,
  label = text('send'),
  icon = icons.send(),
  canSubmit = canSend(draft, limit),
}: ComposerContext): TemplateResult {
  const left = charactersLeft(draft, limit)
  const onKeydown = (event: KeyboardEvent): void => {
    keepToOurselves(event)
    // 229 is what some input methods send with the Enter that picks a candidate.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return
    event.preventDefault()
    submit()
  }
  return html`<form
      class="composer"
      part="composer"
      @submit=${(event: Event) => (event.preventDefault(), submit())}
      @keydown=${onKeydown}
      @keyup=${keepToOurselves}
      @keypress=${keepToOurselves}
    >
      <slot name="composer-start"></slot>
      <div class="field" part="field">
        ${line}
        <div class="grow" data-text=${draft}>
          <textarea
            part="input"
            rows="1"
            dir="auto"
            enterkeyhint="send"
            placeholder=${name}
            aria-label=${name}
            aria-invalid=${left < 0 ? 'true' : nothing}
            @input=${(event: Event) => onInput((event.target as HTMLTextAreaElement).value)}
          ></textarea>
        </div>
        <button
          type="submit"
          class="send"
          part="send"
          aria-label=${label}
          title=${label}
          ?disabled=${!canSubmit}
        >
          ${icon}
        </button>
      </div>
      <slot name="composer-end"></slot>
    </form>
    ${
      left > HINT_FROM
        ? nothing
        : html`<div class="hint${left < 0 ? ' over' : ''}" role="status">
            ${left < 0 ? text('over', { n: -left }) : text('left', { n: left })}
          </div>`
    }`
}

/** The host page's shortcuts must not fire while someone types. Escape goes on: it closes what we stand in. */
export function keepToOurselves(event: KeyboardEvent): void {
  if (event.key !== 'Escape' || event.isComposing) event.stopPropagation()
}
