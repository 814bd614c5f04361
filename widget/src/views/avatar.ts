import { html, nothing, type TemplateResult } from 'lit'
import type { User } from '@alcove/sdk'
import { avatarHue, avatarInitial } from '../avatar.js'
import { nameTag } from '../names.js'

/** Set as a property through CSSOM, because a strict CSP refuses `style` attributes. */
export const hue = (user: User): string => `--h:${avatarHue(user.id)}`

/** Decorative, because the name is next to it. A picture covers the initial once it has loaded. */
export function avatar(user: User): TemplateResult {
  const picture = user.avatar && /^https?:\/\//i.test(user.avatar) ? user.avatar : undefined
  return html`<span class="avatar" part="avatar" aria-hidden="true" .style=${hue(user)}
    >${avatarInitial(user.name)}${
      picture
        ? html`<img
            src=${picture}
            alt=""
            loading="lazy"
            referrerpolicy="no-referrer"
            @load=${showOrHide}
            @error=${showOrHide}
          />`
        : nothing
    }</span
  >`
}

/** The address may change. Not `hidden`, because an image without layout is not loaded. */
function showOrHide({ target, type }: Event): void {
  ;(target as HTMLElement).style.visibility = type === 'error' ? 'hidden' : ''
}

/** The name, isolated so that a right-to-left name does not reorder the text after it, and its tag if it needs one. */
export function personName(user: User, shared: ReadonlySet<string>): TemplateResult {
  return html`<bdi class="name" part="name" .style=${hue(user)}>${user.name}</bdi>${
      shared.has(user.id) ? html`<span class="tag">${nameTag(user.id)}</span>` : nothing
    }`
}
