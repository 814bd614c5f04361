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
  const { news, isReplaced } = step
  const { messages } = step.log
  const isOthers = ({ user }: Committed): boolean => user.id !== myId
  const from = isFirst ? (news[0]?.seq ?? messages.lastSeq + 1) - 1 : mark.seq
  const seq = Math.max(from, news.findLast((message) => !isOthers(message))?.seq ?? 0)
  return isReplaced || seq !== mark.seq
    ? { seq, unread: messages.after(seq).filter(isOthers).length }
    : { seq, unread: mark.unread + news.filter(isOthers).length }
}
