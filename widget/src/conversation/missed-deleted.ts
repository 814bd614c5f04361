/** Keeps the number in the divider right when a missed message is deleted; at zero there is nothing to divide. */
import type { Message } from '@alcove/sdk'
import type { ShownRoom } from './shown-room.js'

export const missedDeleted =
  (shown: ShownRoom) =>
  ({ current, previous }: { current: Message; previous: Message }): void => {
    const { room, session } = shown
    const { divider } = session
    const end = current.seq ?? 0
    if (!room || !divider || !current.deleted || previous.deleted || shown.isOwn(current)) return
    const { afterSeq } = divider
    const before = room.messages.filter(
      (message) =>
        (message.seq ?? end) < end && message.seq! > afterSeq && !message.deleted && !shown.isOwn(message),
    )
    // The missed ones are the first behind the divider.
    if (end <= afterSeq || before.length >= divider.missed) return
    if (--divider.missed === 0) session.divider = undefined
    shown.repaint()
  }
