/**
 * The list of people, opened over the conversation, and the form for the reader's own name: manages which of them has
 * the focus and where it returns to. Fetched when first opened.
 */
import { ChatError, type Chat } from '@alcove/sdk'
import { CLIENT_LIMITS } from '@alcove/sdk/protocol'
import { nothing, type ReactiveControllerHost } from 'lit'
import { asChatError } from './errors.js'
import { englishPeople } from './locales/english-people.js'
import { addEnglish } from './locales/index.js'
import { reasonFor } from './reasons.js'
import { memberPanel, type Renaming } from './views/member-panel.js'
import type { PeopleContext } from './views/people-button.js'

export { panel as styles } from './styles/panel.js'

addEnglish(englishPeople)

export class PeoplePanel {
  #state: 'closed' | 'list' | Renaming = 'closed'

  constructor(private readonly host: ReactiveControllerHost & { readonly renderRoot: ParentNode }) {}

  get isOpen(): boolean {
    return this.#state !== 'closed'
  }

  readonly open = (): void => this.#show('list', '.panel')

  readonly close = (): void => this.#show('closed', '.people')

  /** The room it belonged to is gone, and with it the element that had the focus. */
  forget(): void {
    this.#state = 'closed'
  }

  draw(people: PeopleContext, chat: Chat | undefined): unknown {
    if (this.#state === 'closed') return nothing
    return memberPanel({
      ...people,
      renamable: chat?.renamable === true,
      rename: this.#state === 'list' ? undefined : this.#state,
      editName: () => this.#show({ name: people.me?.name ?? '', error: undefined }, '.rename input'),
      saveName: (name) => void this.#saveName(name, people, chat),
      cancelName: this.open,
      close: this.close,
    })
  }

  #show(state: 'closed' | 'list' | Renaming, focus: string): void {
    this.#state = state
    this.host.requestUpdate()
    void this.host.updateComplete.then(() => {
      const element = this.host.renderRoot.querySelector<HTMLElement>(focus)
      if (element instanceof HTMLInputElement) element.select()
      else element?.focus()
    })
  }

  async #saveName(
    name: string,
    { language: { text } }: PeopleContext,
    chat: Chat | undefined,
  ): Promise<void> {
    const edited = this.#state
    if (!chat || typeof edited === 'string') return
    const n = (chat.limits ?? CLIENT_LIMITS).nameCharacters
    try {
      if (!name || [...name].length > n) throw new ChatError('name_invalid', 'unable to rename; length')
      await chat.setName(name)
      // Not if the list was closed in the meantime or the name is being edited again.
      if (this.#state === edited) this.open()
    } catch (error) {
      if (this.#state !== edited) return
      const { code } = asChatError(error)
      edited.error = code === 'name_invalid' ? text('nameInvalid', { n }) : text(`${reasonFor(code)}Title`)
      this.host.requestUpdate()
    }
  }
}
