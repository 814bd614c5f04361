/**
 * The panel over the field, or next to a message if there is a mouse and enough room: the actions of a message for touch,
 * the confirmation before deleting it, or the emoji to react with. Only one is open at a time, and closing it returns the
 * focus to where it came from.
 */
import { idOf } from './attention.js'
import { makeRoomFor, placeNear } from './placing.js'
import type { ShownRoom } from './shown-room.js'

export type DockState =
  | { readonly name: 'none' }
  | { readonly name: 'actions'; readonly id: string }
  | { readonly name: 'confirm'; readonly id: string; readonly isFromField: boolean }
  /** `isWhole`: all emoji, not only the usual ones. `near`: the element to place it next to; absent: over the field. */
  | { readonly name: 'react'; readonly id: string; readonly isWhole: boolean; readonly near?: Element }

type OpenDock = Exclude<DockState, { name: 'none' }>

const CLOSED: DockState = { name: 'none' }

export class Dock {
  state = CLOSED

  constructor(private readonly shown: ShownRoom) {}

  /** The message that the open panel is about. */
  get id(): string | undefined {
    return this.state.name === 'none' ? undefined : this.state.id
  }

  isOpen(name: OpenDock['name'], id: string): boolean {
    return this.state.name === name && this.id === id
  }

  /** `focused`: selects the element that gets the focus. */
  open(state: OpenDock, focused = '.dock button'): void {
    this.state = state
    const { shown } = this
    shown.repaint()
    void shown.host.updateComplete.then(() => {
      const dock = shown.element('.dock')
      if (!dock || this.state !== state) return
      if (state.name === 'react' && state.near) placeNear(dock, this.#opener(state.id, state.near))
      makeRoomFor(dock)
      shown.row(state.id)?.scrollIntoView({ block: 'nearest' })
      shown.element(focused)?.focus({ preventScroll: true })
    })
  }

  /** Returns the focus first: a removed button would lose it. */
  close(): void {
    const { state } = this
    if (state.name === 'none') return
    if (state.name === 'confirm' && state.isFromField) this.shown.focusField()
    else this.shown.focusRow(state.id)
    this.forget()
  }

  /** Closes it and leaves the focus where it is. */
  forget(): void {
    this.state = CLOSED
    this.shown.repaint()
  }

  /** The button next to a message disappears when the pointer leaves. */
  #opener(id: string, near: Element): Element {
    return near.isConnected ? near : (this.shown.row(id) ?? near)
  }

  /**
   * Closes the panel when the user turns to something else: it would cover a field that has the focus. A touch on a message
   * is handled when the finger is lifted, and a button that opens and closes the panel on its click. Lifting the finger after
   * a long press gives the focus to the message that the panel is about.
   */
  readonly leave = ({ type, target }: Event): void => {
    const kept = type === 'pointerdown' ? '.dock, .opens, .react, .bubble' : '.dock, .opens, .react'
    const isItsOwn = type === 'focusin' && idOf(target as Element) === this.id
    if (this.state.name !== 'none' && !isItsOwn && !(target as Element).closest(kept)) this.forget()
  }
}
