/** What a row of the list is drawn from, beside its message. */
import type { Message } from '@alcove/sdk'
import type { Language } from '../../language.js'
import type { TimelineRow } from '../../timeline.js'

export type MessageRow = Extract<TimelineRow, { kind: 'message' }>

export interface RowContext {
  language: Language
  sharedNames: ReadonlySet<string>
  /** Messages above this `seq` came while the room was on screen, and rise into place. */
  freshAfter: number
  /** The one row in the tab order. */
  activeKey: string | undefined
  now: number
  isOnline: boolean
  /** Messages that the reader has asked to see whole. */
  unfolded: ReadonlySet<string>
  unfold: (id: string) => void
  /** Absent until it is fetched. */
  extras: RowExtras | undefined
}

/** What a row can do beyond being read. */
export interface RowExtras {
  /** Beside the bubble of this message, or on lines of its own below it. */
  beside(message: Message): unknown
  /** What can be done with a message that was not sent; after the words that say so. */
  failed(message: Message): unknown
}
