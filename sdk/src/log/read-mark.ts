/**
 * How far a room was read, and how many messages came from others since. Sending a message marks everything before it
 * as read. Pure.
 */
import type { Committed } from '../message.js'
import type { Step } from './room-log.js'

export interface ReadMark {
  readonly seq: number
  /**
   * Counted as messages arrive: the log does not keep them all, and recounting would scan the whole log for each frame.
   */
  readonly unread: number
}

export const NOTHING_READ: ReadMark = { seq: 0, unread: 0 }

/** @param isFirst nothing was shown before: the initial window counts as read, later messages do not */
export function afterStep(mark: ReadMark, step: Step, isFirst: boolean, myId: string | undefined): ReadMark {
  const { changed, isReplaced } = step
  const { messages } = step.log
  const counts = (message?: Committed): boolean => !!message && !message.deleted && message.user.id !== myId
  const news = changed.filter(({ previous }) => !previous)
  const from = isFirst ? (news[0]?.current.seq ?? messages.lastSeq + 1) - 1 : mark.seq
  const seq = Math.max(from, news.findLast(({ current }) => current.user.id === myId)?.current.seq ?? 0)
  if (isReplaced || seq !== mark.seq) return { seq, unread: messages.after(seq).filter(counts).length }
  // A message that was read before its deletion is no longer in the count.
  const unread = changed.reduce(
    (sum, { current, previous }) =>
      current.seq > seq ? sum + Number(counts(current)) - Number(counts(previous)) : sum,
    mark.unread,
  )
  return { seq, unread }
}
