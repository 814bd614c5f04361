/**
 * The panel over the field, or next to a message if there is a mouse and a spot that covers none of its words: the
 * actions of a message, the confirmation before deleting it, or the emoji to react with. Only one is open at a time, and
 * closing it returns the focus to where it came from.
 */
import type { Message } from '@alcove/sdk'
import { idOf } from './attention.js'
import { follow } from './following.js'
import { giveBack, makeRoomFor, placeNear } from './placing.js'
import type { ShownRoom } from './shown-room.js'

export type DockState =
  | { readonly name: 'none' }
  /** `near`: the element to place it next to; absent: over the field. */
  | { readonly name: 'actions'; readonly id: string; readonly near?: Element }
  | { readonly name: 'confirm'; readonly id: string; readonly isFromField: boolean }
  /** `isWhole`: all emoji, not only the usual ones. */
  | { readonly name: 'react'; readonly id: string; readonly isWhole: boolean; readonly near?: Element }

type OpenDock = Exclude<DockState, { name: 'none' }>

const CLOSED: DockState = { name: 'none' }

const nearOf = (state: OpenDock): Element | undefined => ('near' in state ? state.near : undefined)

/** With a finger, and where it would cover the message. */
function overField(state: OpenDock): OpenDock {
  if (state.name === 'confirm') return state
  const { near: _, ...rest } = state
  return rest
}

export class Dock {
  state = CLOSED
  #unfollow = (): void => undefined

  constructor(private readonly shown: ShownRoom) {}

  /** The message that the open panel is about. */
  get id(): string | undefined {
    return this.state.name === 'none' ? undefined : this.state.id
  }

  isOpen(name: OpenDock['name'], id: string): boolean {
    return this.state.name === name && this.id === id
  }

  /** `focused`: selects the element that gets the focus. */
  open(wanted: OpenDock, focused = '.dock button'): void {
    const { shown } = this
    this.#unfollow()
    const state = (this.state = matchMedia('(pointer: coarse)').matches ? overField(wanted) : wanted)
    const near = nearOf(state)
    shown.repaint()
    void shown.host.updateComplete.then(() => {
      const dock = shown.element('.dock')
      if (!dock || this.state !== state) return
      const row = shown.row(state.id)
      const isAboveField = state.name === 'confirm' && state.isFromField
      if (near && row) {
        // A panel next to the message takes nothing from the list, and is placed in the list as it is then.
        giveBack(dock)
        row.scrollIntoView({ block: 'nearest' })
        const place = (): boolean => placeNear(dock, near.isConnected ? near : row, row)
        if (!place()) return this.open(overField(state), focused)
        this.#unfollow = follow(dock, row, () => {
          if (!place()) this.open(overField(state), focused)
        })
      }
      makeRoomFor(dock, isAboveField)
      // A list at its end goes back there while it repaints, and would take the message out of sight.
      shown.repaint()
      void shown.host.updateComplete.then(() => row?.scrollIntoView({ block: 'nearest' }))
      // A panel that goes over the field while it is used keeps the focus where it is.
      if (!dock.querySelector(':focus')) shown.element(focused)?.focus({ preventScroll: true })
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

  /** The panel of a deleted message is not drawn any more, and would take the focus with it. */
  readonly changed = ({ current }: { current: Message }): void => {
    if (current.deleted && current.id === this.id) this.close()
  }

  /** Closes it and leaves the focus where it is. */
  forget(): void {
    this.#unfollow()
    this.state = CLOSED
    this.shown.repaint()
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
