/** Deletes a message: a confirmation, some seconds to undo it, and only then the request. */
import type { ChangeFailure, Message, Room } from '@alcove/sdk'
import type { TemplateResult } from 'lit'
import { asChatError } from '../errors.js'
import { undoButton } from '../views/extras/deletion.js'
import { bin } from '../views/extras/icons.js'
import type { Dock } from './dock.js'
import type { Refusals } from './refusals.js'
import { MAX_UNDO_MS, Removals } from './removals.js'
import type { Remedied, Remedy, RowAction } from './row-action.js'
import type { ShownRoom } from './shown-room.js'

/** What a request may take on a slow connection, and how exactly the end of the edit window is looked for. */
const [TRAVEL_MS, STEP_MS] = [2_000, 500]

export class Deleting implements RowAction, Remedied {
  readonly name = 'remove'
  readonly key = 'Delete'
  readonly removals = new Removals((room, id) => void this.#send(room, id))

  constructor(
    private readonly shown: ShownRoom,
    private readonly dock: Dock,
    private readonly refusals: Refusals,
  ) {}

  isOffered(message: Message): boolean {
    return this.shown.room?.mayDelete(message) ?? false
  }

  word(): string {
    return this.shown.text('remove')
  }

  icon(): TemplateResult {
    return bin()
  }

  act({ id }: Message): void {
    this.ask(id, false)
  }

  remedy(_: ChangeFailure, message: Message): Remedy | undefined {
    return this.isOffered(message) ? { word: 'retry', act: () => this.act(message) } : undefined
  }

  /** `isFromField`: the user emptied its text while editing it. */
  ask(id: string, isFromField: boolean): void {
    this.refusals.dismiss(id)
    // The Enter that emptied the field must not confirm as well.
    this.dock.open({ name: 'confirm', id, isFromField }, isFromField ? '.dock .plain' : undefined)
  }

  confirmed(id: string): void {
    const { room } = this.shown
    this.dock.close()
    if (!room) return
    const message = this.shown.find(id)
    this.removals.add(room, id, message ? timeLeftMs(room, message) : 0)
    this.shown.say('removed')
  }

  undoButton(id: string): TemplateResult {
    const { removals, shown } = this
    return undoButton({
      text: shown.text,
      undo: () => this.#undo(id),
      hold: () => removals.hold(id),
      release: () => removals.release(id),
    })
  }

  #undo(id: string): void {
    this.shown.focusRow(id)
    this.removals.undo(id)
    this.shown.say('restored')
    this.shown.repaint()
  }

  async #send(room: Room, id: string): Promise<void> {
    // The button is about to be removed with the focus on it.
    if (this.shown.row(id)?.querySelector('.undo:focus')) this.shown.focusRow(id)
    this.shown.repaint()
    try {
      await room.delete(id)
    } catch (error) {
      if (room === this.shown.room) this.refusals.refused({ id, change: 'delete', error: asChatError(error) })
    }
  }
}

/** How long the request may wait and still arrive in time. The room knows the server's time. */
function timeLeftMs(room: Room, message: Message): number {
  let ms = MAX_UNDO_MS
  while (ms > 0 && !room.mayDelete({ ...message, at: message.at - ms - TRAVEL_MS })) ms -= STEP_MS
  return ms
}
