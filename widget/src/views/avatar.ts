import { html, nothing, type TemplateResult } from 'lit'
import type { User } from '@alcove/sdk'
import { avatarHue, avatarInitial } from '../avatar.js'
import { nameTag } from '../names.js'

/** Set through CSSOM, as a property: a `style` attribute is what a strict CSP refuses. */
export const hue = (user: User): string => `--h:${avatarHue(user.id)}`

/** Decorative: the name stands beside it. A picture covers the initial when it is there. */
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

/** The address may become another one. Not `hidden`: what has no place on screen is not loaded. */
function showOrHide({ target, type }: Event): void {
  ;(target as HTMLElement).style.visibility = type === 'error' ? 'hidden' : ''
}

/** The name in isolation, so that a right-to-left name does not reorder what follows, and its tag if it needs one. */
export function personName(user: User, shared: ReadonlySet<string>): TemplateResult {
  return html`<bdi class="name" part="name" .style=${hue(user)}>${user.name}</bdi>${
      shared.has(user.id) ? html`<span class="tag">${nameTag(user.id)}</span>` : nothing
    }`
}
