/** Up, Down, Home and End move through the messages, of which only one is in the tab order: the last one visited. */
import type { Message } from '@alcove/sdk'
import type { ReactiveControllerHost } from 'lit'

export class RovingFocus {
  #key: string | undefined

  constructor(private readonly host: ReactiveControllerHost & { readonly renderRoot: ParentNode }) {}

  /** The message in the tab order; the newest if the one visited last is not among them. */
  among(shown: readonly Message[]): string | undefined {
    return shown.some(({ id }) => id === this.#key) ? this.#key : shown.at(-1)?.id
  }

  readonly walk = (event: KeyboardEvent): void => {
    const rows = [...this.host.renderRoot.querySelectorAll<HTMLElement>('.message')]
    const at = rows.indexOf(event.target as HTMLElement)
    if (at < 0) return
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: rows.length - 1 }[event.key]
    const row = to === undefined ? undefined : rows[to]
    if (!row) return
    event.preventDefault()
    event.stopPropagation()
    row.focus()
    row.scrollIntoView({ block: 'nearest' })
  }

  readonly focused = (event: FocusEvent): void => {
    this.#key = (event.target as Element).closest<HTMLElement>('.message')?.dataset['key'] ?? this.#key
    this.host.requestUpdate()
  }
}
