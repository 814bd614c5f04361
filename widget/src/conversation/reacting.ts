/**
 * Reactions: the chips below a message, the emoji to choose from, and adding and removing the user's own. The complete list
 * of emoji is a separate part (emoji-picker.ts), loaded when somebody wants more than the usual ones.
 */
import type { ChangeFailure, Message } from '@alcove/sdk'
import { nothing, type TemplateResult } from 'lit'
import { beginningOf } from '../beginning-of.js'
import type * as emojiPicker from '../emoji-picker.js'
import type { EmojiPicker } from '../emoji-picker.js'
import { asChatError } from '../errors.js'
import { LazyPart } from '../lazy-part.js'
import { smile } from '../views/extras/icons.js'
import { chips, reactPanel, readCounts, usualEmoji } from '../views/extras/reactions.js'
import type { Dock } from './dock.js'
import type { Refusals } from './refusals.js'
import type { Remedied, Remedy, RowAction } from './row-action.js'
import { isolated, type ShownRoom } from './shown-room.js'

const USUAL = ['👍', '❤️', '😂', '🎉', '😮', '🙏']

export class Reacting implements RowAction, Remedied {
  readonly name = 'react'
  readonly key = '+'
  readonly #pickerPart: LazyPart<typeof emojiPicker>
  /** For the message of the dock. */
  #picker: EmojiPicker | undefined

  constructor(
    private readonly shown: ShownRoom,
    private readonly dock: Dock,
    private readonly refusals: Refusals,
  ) {
    this.#pickerPart = new LazyPart(shown.host, () => import('../emoji-picker.js'))
  }

  /** An unsent message has been seen by nobody but its author. */
  isOffered({ deleted, state }: Message): boolean {
    return state === 'sent' && !deleted && (this.shown.room?.capabilities.includes('react') ?? false)
  }

  word(): string {
    return this.shown.text('react')
  }

  icon(): TemplateResult {
    return smile()
  }

  act({ id }: Message, near: Element | null = this.shown.row(id)!.querySelector('.bubble')): void {
    if (this.dock.isOpen('react', id)) this.dock.close()
    else this.dock.open({ name: 'react', id, isWhole: false, ...(near && { near }) })
  }

  remedy({ change, emoji = '' }: ChangeFailure, message: Message): Remedy | undefined {
    const act = (): void => this.#make(change === 'react' ? 'react' : 'unreact', message.id, emoji)
    return this.isOffered(message) ? { word: 'retry', act } : undefined
  }

  /** What is drawn below a message. */
  chips(message: Message, isTabStop: boolean): unknown {
    const { language } = this.shown
    const { reactions } = message
    if (reactions.length === 0) return nothing
    if (!this.isOffered(message)) return readCounts(reactions, language)
    return chips({
      ...{ language, reactions, isTabStop },
      toggle: (emoji) => this.#toggle(message, emoji),
      open: (from) => this.act(message, from),
    })
  }

  /** The usual emoji; also the first line of the sheet of actions. */
  usual(message: Message, near?: Element): unknown {
    return usualEmoji(
      this.shown.text,
      USUAL,
      mineOf(message),
      (emoji) => this.#choose(message.id, emoji),
      () => void this.#openAll(message, near),
    )
  }

  /** The content of the dock. */
  panel(message: Message, { isWhole, near }: { isWhole: boolean; near?: Element }): TemplateResult {
    const label = `${this.word()}: ${isolated(beginningOf(message.text))}`
    const content = isWhole ? this.#picker?.element : this.usual(message, near)
    return reactPanel(label, { isWhole, isNear: near !== undefined }, content)
  }

  async #openAll(message: Message, near: Element | undefined): Promise<void> {
    const { shown, dock } = this
    const { id } = message
    const before = dock.state
    const { language } = shown
    try {
      const { openPicker } = await this.#pickerPart.load()
      const picker = await openPicker(language.tag, {
        text: shown.text,
        isMirrored: language.direction === 'rtl',
        usual: USUAL,
        mine: mineOf(message),
        choose: (emoji) => this.#choose(id, emoji),
        close: () => dock.close(),
      })
      // It was closed in the meantime.
      if (dock.state !== before) return
      this.#picker = picker
      // The button is about to be removed, and keep-focus.ts would move its focus to the field.
      shown.focusRow(id)
      // Focusing the search opens the on-screen keyboard of a phone, over the emoji.
      const hasKeyboard = !matchMedia('(pointer: coarse)').matches
      dock.open(
        { name: 'react', id, isWhole: true, ...(near && { near }) },
        hasKeyboard ? '.dock input' : '.dock',
      )
    } catch (error) {
      shown.say('errorTitle')
      shown.fail(asChatError(error))
    }
  }

  #choose(id: string, emoji: string): void {
    this.dock.close()
    // It may have changed since the panel was opened.
    const message = this.shown.find(id)
    if (message && this.isOffered(message)) this.#toggle(message, emoji)
  }

  #toggle({ id, reactions }: Message, emoji: string): void {
    const isMine = reactions.some((reaction) => reaction.emoji === emoji && reaction.mine)
    this.#make(isMine ? 'unreact' : 'react', id, emoji)
  }

  #make(change: 'react' | 'unreact', id: string, emoji: string): void {
    const { shown, refusals } = this
    const { room } = shown
    if (!room) return
    refusals.dismissReactions(id)
    room[change](id, emoji).catch((error: unknown) =>
      refusals.refused({ id, change, emoji, error: asChatError(error) }),
    )
    shown.say(change === 'react' ? 'reacted' : 'unreacted', { text: emoji })
    this.#keepFocus(id)
    shown.repaint()
  }

  /** A removed chip would lose the focus. */
  #keepFocus(id: string): void {
    const row = this.shown.row(id)
    if (!row?.querySelector('.chips :focus')) return
    void this.shown.host.updateComplete.then(() => {
      if (!row.querySelector(':focus')) this.shown.focusRow(id)
    })
  }
}

const mineOf = ({ reactions }: Message): ReadonlySet<string> =>
  new Set(reactions.flatMap(({ emoji, mine }) => (mine ? emoji : [])))
