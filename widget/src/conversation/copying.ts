/** Copies the text of a message; its button shows "Copied" for a moment. */
import type { Message } from '@alcove/sdk'
import type { TemplateResult } from 'lit'
import { copyText } from '../copy-text.js'
import { copy, tick } from '../views/extras/icons.js'
import type { Dock } from './dock.js'
import type { RowAction } from './row-action.js'
import type { ShownRoom } from './shown-room.js'

const COPIED_MS = 1_500

export class Copying implements RowAction {
  readonly name = 'copy'
  readonly key = 'C'
  #copied: string | undefined

  constructor(
    private readonly shown: ShownRoom,
    private readonly dock: Dock,
  ) {}

  isOffered(): boolean {
    return true
  }

  word({ id }: Message): string {
    return this.shown.text(id === this.#copied ? 'copied' : 'copy')
  }

  icon({ id }: Message): TemplateResult {
    return id === this.#copied ? tick() : copy()
  }

  act({ id, text }: Message): void {
    void this.copy(id, text)
  }

  async copy(id: string, text: string): Promise<void> {
    const { shown, dock } = this
    try {
      await copyText(text)
      this.#copied = id
      setTimeout(() => {
        this.#copied = undefined
        if (dock.state.name === 'actions') dock.close()
        shown.repaint()
      }, COPIED_MS)
      shown.say('copied')
    } catch {
      shown.say('copyFailed')
    }
    shown.repaint()
  }
}
