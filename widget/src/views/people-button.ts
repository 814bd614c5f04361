import { html, type TemplateResult } from 'lit'
import type { User } from '@alcove/sdk'
import type { Language } from '../language.js'
import { avatar } from './avatar.js'

/** Faces shown in the header. */
const FACES = 3

export interface PeopleContext {
  language: Language
  me: User | undefined
  members: readonly User[]
  memberCount: number
  sharedNames: ReadonlySet<string>
}

export function peopleButton(context: PeopleContext, open: boolean, toggle: () => void): TemplateResult {
  const { language, members, memberCount } = context
  return html`<button
    type="button"
    class="people"
    part="people-button"
    aria-expanded=${open}
    aria-haspopup="dialog"
    @click=${toggle}
  >
    <span class="faces" aria-hidden="true">${members.slice(0, FACES).map(avatar)}</span>
    <span class="label">${language.text('people', { n: memberCount })}</span
    ><span class="count" aria-hidden="true">${language.number(memberCount)}</span>
  </button>`
}
