import { html, nothing, type TemplateResult } from 'lit'
import { isVisible } from '@alcove/sdk/protocol'
import type { Language } from '../language.js'
import { isComposing } from '../composing.js'
import { icons } from './icons.js'

/** The remaining number of characters from which it is shown. */
const HINT_FROM = 200

export interface ComposerContext extends Partial<Purpose> {
  text: Language['text']
  draft: string
  limit: number
  onInput: (text: string) => void
  submit: () => void
}

/**
 * Set while the field is used for something other than a new message; its owner handles the input before it gets here.
 */
export interface Purpose {
  name: string
  /** In the field, above its text. */
  line: unknown
  /** Label of the button. */
  label: string
  icon: TemplateResult
  canSubmit: boolean
}

/** Unicode code points, as the server counts them. Counted only near the limit, because it is O(n) at each key. */
export function charactersLeft(draft: string, limit: number): number {
  return draft.length < limit - HINT_FROM ? limit - draft.length : limit - [...draft].length
}

/** Whether there is at least one visible character, by the server's rule. */
export const canSend = (draft: string, limit: number): boolean =>
  isVisible(draft) && charactersLeft(draft, limit) >= 0

/** The field's text is not bound here: it changes between repaints, so the last drawn value may be out of date. */
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
    if (event.key !== 'Enter' || event.shiftKey || isComposing(event)) return
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

/** The page's shortcuts must not fire while somebody types. Escape passes through: it closes the surrounding panel. */
export function keepToOurselves(event: KeyboardEvent): void {
  if (event.key !== 'Escape' || isComposing(event)) event.stopPropagation()
}
