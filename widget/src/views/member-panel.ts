/** The list of members, in which readers can change their own name. */
import { html, nothing, svg, type TemplateResult } from 'lit'
import type { User } from '@alcove/sdk'
import { isComposing } from '../composing.js'
import { avatar, personName } from './avatar.js'
import { keepToOurselves } from './composer.js'
import { icon, icons } from './icons.js'
import { keyedRows } from './keyed-rows.js'
import type { PeopleContext } from './people-button.js'

/** Icons and not words, which are long in some languages and would take space from the name. */
const pencil = (): TemplateResult => icon(svg`<path d="M4 20h4L19.5 8.5l-4-4L4 16zM13 7l4 4" />`)

/** The reader's name while it is being edited. */
export interface Renaming {
  /** The name when editing began: a change in the meantime must not overwrite the input. */
  readonly name: string
  error: string | undefined
}

export interface PanelContext extends PeopleContext {
  renamable: boolean
  /** `undefined` while the name is not being edited. */
  rename: Renaming | undefined
  editName: () => void
  saveName: (name: string) => void
  cancelName: () => void
  close: () => void
}

export function memberPanel(context: PanelContext): TemplateResult {
  const { me, members, memberCount, close } = context
  const { text } = context.language
  // The reader first; if the list is too long to be sent, it contains at least the reader.
  const others = members.filter(({ id }) => id !== me?.id)
  const unlisted = memberCount - others.length - (me ? 1 : 0)
  const onKeydown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || isComposing(event)) return
    // Closes only this panel, not the one that contains the room.
    event.stopPropagation()
    close()
  }
  return html`<div
    class="sheet"
    @keydown=${onKeydown}
    @click=${(event: Event) => event.target === event.currentTarget && close()}
  >
    <div class="panel" part="people" role="dialog" aria-labelledby="people-title" tabindex="-1">
      <div class="header">
        <h2 id="people-title">${text('peopleTitle')}</h2>
        <button type="button" class="icon" aria-label=${text('close')} @click=${close}>
          ${icons.close()}
        </button>
      </div>
      ${context.rename ? renameForm(context) : nothing}
      <ul class="list" role="list">
        ${me && !context.rename ? person(me, context, true) : nothing}
        ${keyedRows(
          others,
          ({ id }) => id,
          (user) => person(user, context, false),
        )}
        ${
          unlisted > 0 && !(unlisted === memberCount)
            ? html`<li class="note">${text('morePeople', { n: unlisted })}</li>`
            : nothing
        }
      </ul>
    </div>
  </div>`
}

function person(user: User, context: PanelContext, own: boolean): TemplateResult {
  const { sharedNames, renamable, editName } = context
  const { text } = context.language
  return html`<li class="person">
    ${avatar(user)} ${personName(user, sharedNames)}
    ${own ? html`<span class="tag">${text('you')}</span>` : nothing}
    ${
      own && renamable
        ? html`<button
            type="button"
            class="icon"
            part="rename-button"
            aria-label=${text('change')}
            title=${text('change')}
            @click=${editName}
          >
            ${pencil()}
          </button>`
        : nothing
    }
  </li>`
}

function renameForm({ language, rename, saveName, cancelName }: PanelContext): TemplateResult {
  const { text } = language
  const submit = (event: Event): void => {
    event.preventDefault()
    const input = (event.target as HTMLFormElement).querySelector('input')
    saveName(input?.value.trim() ?? '')
  }
  const onKeydown = (event: KeyboardEvent): void => {
    keepToOurselves(event)
    if (event.key !== 'Escape' || isComposing(event)) return
    event.stopPropagation()
    cancelName()
  }
  return html`<form
    class="rename"
    part="rename"
    @submit=${submit}
    @keydown=${onKeydown}
    @keyup=${keepToOurselves}
  >
    <label for="own-name">${text('yourName')}</label>
    <input id="own-name" dir="auto" autocomplete="nickname" maxlength="80" .value=${rename?.name ?? ''} />
    <div>
      <button type="submit" class="link">${text('save')}</button>
      <button type="button" class="link" @click=${cancelName}>${text('cancel')}</button>
    </div>
    ${rename?.error ? html`<p role="alert">${rename.error}</p>` : nothing}
  </form>`
}
