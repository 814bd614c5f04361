/**
 * Messages as this reader sees them, made from rows and patches. The only place that knows which fields are shown in another
 * form than the one they are sent in, because part of them belongs to the reader. Pure.
 */
import {
  applyRow,
  isRow,
  type HistoryResult,
  type LogPart,
  type MessagePatch,
  type MessageRow,
  type PatchFields,
  type Reactions,
  type RoomChanged,
} from './protocol/index.js'
import { NO_REACTIONS, reactionsAfter } from './reactions.js'
import type { Message } from './types.js'

/** Those fields, in the form in which they are shown. */
type Forms = Pick<Message, 'reactions'>

/** The forms of a message of which nothing is known yet. */
export const NO_FORMS: Forms = { reactions: NO_REACTIONS }

/** The forms after a row or a patch. */
export const formsAfter = ({ reactions }: Forms, given: (MessageRow | PatchFields) & Own): Forms => ({
  reactions: reactionsAfter(reactions, given, given.mine),
})

/** The forms in which they are sent. */
export const sentForms = ({ reactions }: Forms): { reactions: Reactions } => ({
  reactions: Object.fromEntries(reactions.map(({ emoji, count }) => [emoji, count])),
})

/** The part of a row that is specific to this reader. */
interface Own {
  readonly mine?: readonly string[] | undefined
}
type Given = (MessageRow | MessagePatch) & Own

export type Committed = Omit<MessageRow, keyof Forms> & Forms & { readonly state: 'sent' }

/** A row as it is shown when the message was not known before. */
export const committed = (row: MessageRow): Committed => shown(row, NO_FORMS, row)

/** The message after a row or a patch; the same object if that brings nothing new. */
export function shownAfter(known: Committed | undefined, given: Given): Committed | undefined {
  const row = applyRow(known, given)
  return !row || row === known ? known : shown(row, known ?? NO_FORMS, given)
}

function shown({ mine: _, ...row }: (Committed | MessageRow) & Own, before: Forms, given: Given): Committed {
  return { ...row, ...formsAfter(before, given), state: 'sent' }
}

/** The rows of an answer, each with the part that belongs to the reader. */
export function ownRows({ messages, mine }: LogPart | HistoryResult): (MessageRow & Own)[] {
  return mine ? messages.map((row) => ({ ...row, mine: mine[row.seq] })) : messages
}

/** The frame without the entries of other people, which the counts already contain. */
export function ownFrame(frame: RoomChanged, me: string | undefined): RoomChanged {
  const own = (given: MessageRow | MessagePatch): MessageRow | MessagePatch =>
    isRow(given) || !given.reacted
      ? given
      : { ...given, reacted: given.reacted.filter(({ user }) => user === me) }
  return { ...frame, messages: frame.messages.map(own) }
}
