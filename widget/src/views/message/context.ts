/** The data from which a row is drawn, apart from its message. */
import type { Message } from '@alcove/sdk'
import type { Language } from '../../language.js'
import type { TimelineRow } from '../../timeline.js'

export type MessageRow = Extract<TimelineRow, { kind: 'message' }>

export interface RowContext {
  language: Language
  sharedNames: ReadonlySet<string>
  /** Messages above this `seq` arrived while the room was on screen and are animated. */
  freshAfter: number
  /** The one row in the tab order. */
  activeKey: string | undefined
  now: number
  isOnline: boolean
  /** Messages that the reader has expanded. */
  unfolded: ReadonlySet<string>
  unfold: (id: string) => void
  /** Absent until it is fetched. */
  extras: RowExtras | undefined
}

/** What a row offers beyond reading. */
export interface RowExtras {
  /** Next to the bubble of this message. */
  beside(message: Message): unknown
  /** On separate lines below it: its reactions, which `reactions.ts` draws until this is loaded, and refused changes. */
  below(message: Message): unknown
  /** The actions for a message that was not sent, after the text that says so. */
  failed(message: Message): unknown
}
