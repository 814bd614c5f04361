/**
 * What lies over the field, or near a message for who has a pointer: the actions of a message for fingers, the question
 * whether to delete it, or what to react with. One at a time; closed, it gives the focus back to where it came from.
 */
import { placeNear } from './near.js'
import type { ShownRoom } from './shown-room.js'

export type DockState =
  | { readonly name: 'none' }
  | { readonly name: 'actions'; readonly id: string }
  | { readonly name: 'confirm'; readonly id: string; readonly isFromField: boolean }
  /** `isWhole`: all emoji, and not the usual ones alone. `near`: over the field if absent. */
  | { readonly name: 'react'; readonly id: string; readonly isWhole: boolean; readonly near?: Element }

type OpenDock = Exclude<DockState, { name: 'none' }>

const CLOSED: DockState = { name: 'none' }

export class Dock {
  state = CLOSED

  constructor(private readonly shown: ShownRoom) {}

  /** The message it is about. */
  get id(): string | undefined {
    return this.state.name === 'none' ? undefined : this.state.id
  }

  isOpen(name: OpenDock['name'], id: string): boolean {
    return this.state.name === name && this.id === id
  }

  /** `focused`: where the focus goes. */
  open(state: OpenDock, focused = '.dock button'): void {
    this.state = state
    const { shown } = this
    shown.repaint()
    void shown.host.updateComplete.then(() => {
      const dock = shown.element('.dock')
      if (!dock || this.state !== state) return
      if (state.name === 'react' && state.near) placeNear(dock, this.#opener(state.id, state.near))
      // A list that has become lower shows the message that this is about.
      if (state.name === 'actions') shown.row(state.id)?.scrollIntoView({ block: 'nearest' })
      shown.element(focused)?.focus({ preventScroll: true })
    })
  }

  /** The focus goes back first: a button that goes would take it away. */
  close(): void {
    const { state } = this
    if (state.name === 'none') return
    if (state.name === 'confirm' && state.isFromField) this.shown.focusField()
    else this.shown.focusRow(state.id)
    this.forget()
  }

  /** The focus is somewhere else already. */
  forget(): void {
    this.state = CLOSED
    this.shown.repaint()
  }

  /** A button beside a message goes with the pointer. */
  #opener(id: string, near: Element): Element {
    return near.isConnected ? near : (this.shown.row(id) ?? near)
  }

  /**
   * Somebody who turns to something else does not want it any more, and it would lie over a field that has the focus. A
   * finger on a message is seen to when it is lifted, and so is a button that opens and closes.
   */
  readonly leave = ({ type, target }: Event): void => {
    const kept = type === 'pointerdown' ? '.dock, .opens, .react, .bubble' : '.dock, .opens, .react'
    if (this.state.name !== 'none' && !(target as Element).closest(kept)) this.forget()
  }
}
