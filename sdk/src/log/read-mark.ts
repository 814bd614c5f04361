/** Up to where a room was read, and how many messages of others came since: pure. One's own message reads all before it. */
import type { Committed } from './message-window.js'
import type { Step } from './room-log.js'

export interface ReadMark {
  readonly seq: number
  /** Counted as they come: the log keeps not all of them, and counting anew would cost each frame the whole log. */
  readonly unread: number
}

export const NOTHING_READ: ReadMark = { seq: 0, unread: 0 }

/** @param isFirst nothing was shown before: what a window begins with counts as read, what came after it does not */
export function afterStep(mark: ReadMark, step: Step, isFirst: boolean, myId: string | undefined): ReadMark {
  const { changed, isReplaced } = step
  const { messages } = step.log
  const counts = (message?: Committed): boolean => !!message && !message.deleted && message.user.id !== myId
  const news = changed.filter(({ previous }) => !previous)
  const from = isFirst ? (news[0]?.current.seq ?? messages.lastSeq + 1) - 1 : mark.seq
  const seq = Math.max(from, news.findLast(({ current }) => current.user.id === myId)?.current.seq ?? 0)
  if (isReplaced || seq !== mark.seq) return { seq, unread: messages.after(seq).filter(counts).length }
  // What was read before it was deleted had been taken off already.
  const unread = changed.reduce(
    (sum, { current, previous }) =>
      current.seq > seq ? sum + Number(counts(current)) - Number(counts(previous)) : sum,
    mark.unread,
  )
  return { seq, unread }
}
