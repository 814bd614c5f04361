/** Turns messages into the rows of the list: day marks, the unread divider, and bubbles in groups. Pure. */
import type { Message } from '@alcove/sdk'

/** Messages from one person closer together than this are grouped. */
const GROUP_GAP_MS = 5 * 60_000

/** "N messages while you were away", before the first message above `afterSeq`. */
export interface Divider {
  afterSeq: number
  missed: number
}

export type TimelineRow =
  | { kind: 'day'; key: string; at: number }
  | { kind: 'divider'; key: string; missed: number }
  | { kind: 'message'; key: string; message: Message; own: boolean; first: boolean; last: boolean }

type MessageRow = Extract<TimelineRow, { kind: 'message' }>

export function timeline(
  messages: readonly Message[],
  myId: string | undefined,
  divider?: Divider,
): TimelineRow[] {
  const rows: TimelineRow[] = []
  let previous: MessageRow | undefined
  let day = ''
  for (const message of messages) {
    const date = new Date(message.at).toDateString()
    if (date !== day) {
      rows.push({ kind: 'day', key: `day ${date}`, at: message.at })
      previous = undefined
      day = date
    }
    // `seq` is dense, so there is exactly one such message; while it is not shown, there is no divider.
    if (divider && message.seq === divider.afterSeq + 1) {
      rows.push({ kind: 'divider', key: 'divider', missed: divider.missed })
      previous = undefined
    }
    const own = message.user.id === myId
    const row: MessageRow = { kind: 'message', key: message.id, message, own, first: true, last: true }
    if (previous && belongTogether(previous.message, message)) {
      previous.last = false
      row.first = false
    }
    rows.push(row)
    previous = row
  }
  return rows
}

function belongTogether(earlier: Message, later: Message): boolean {
  // A failed message keeps its own buttons, so it ends its group.
  return (
    earlier.user.id === later.user.id &&
    earlier.state !== 'failed' &&
    later.state !== 'failed' &&
    Math.abs(later.at - earlier.at) < GROUP_GAP_MS
  )
}
