import { html, nothing, type TemplateResult } from 'lit'
import type { User } from '@alcove/sdk'
import { avatarHue, avatarInitial } from '../avatar.js'
import { nameTag } from '../names.js'

/** Set through CSSOM, as a property: a `style` attribute is what a strict CSP refuses. */
export const hue = (user: User): string => `--h:${avatarHue(user.id)}`

/** Decorative: the name stands beside it. A picture that does not load leaves the initial. */
export function avatar(user: User): TemplateResult {
  const picture = user.avatar && /^https?:\/\//i.test(user.avatar) ? user.avatar : undefined
  return html`<span class="avatar" part="avatar" aria-hidden="true" .style=${hue(user)}
    >${
      picture
        ? html`<img src=${picture} alt="" loading="lazy" referrerpolicy="no-referrer" @error=${hide(user)} />`
        : avatarInitial(user.name)
    }</span
  >`
}

const hide =
  ({ name }: User) =>
  ({ target }: Event): void => {
    const picture = target as HTMLElement
    picture.hidden = true
    picture.after(avatarInitial(name))
  }

/** The name in isolation, so that a right-to-left name does not reorder what follows, and its tag if it needs one. */
export function personName(user: User, shared: ReadonlySet<string>): TemplateResult {
  return html`<bdi class="name" part="name" .style=${hue(user)}>${user.name}</bdi>${
      shared.has(user.id) ? html`<span class="tag">${nameTag(user.id)}</span>` : nothing
    }`
}
