/**
 * What was read of a room a moment ago, for those whom this node sends what is committed from now on. It holds until
 * something newer was delivered, and only for a moment: a frame that got lost would make it stale, and nobody would know sooner.
 */
import type { LogHead } from '../storage/message-repository.js'

const KEEP_MS = 1_000

export interface DeliveredHead {
  epoch: string
  rev: number
}

export interface Recent<T extends LogHead> {
  keep(read: T): T
  /** @param since what the one who asks knows already */
  get(since: DeliveredHead | undefined): T | undefined
}

/** @param delivered what readers here have been sent last; absent: nothing is sent to anybody, and nothing is kept */
export function createRecent<T extends LogHead>(delivered?: () => DeliveredHead): Recent<T> {
  let recent: T | undefined
  let forgetting: NodeJS.Timeout | undefined

  function isStillWhole({ epoch, head }: T, since: DeliveredHead | undefined): boolean {
    const last = delivered?.()
    if (last?.epoch !== epoch || last.rev > head) return false
    // A client that knows more got it from another node before we did.
    return !since || (since.epoch === epoch && since.rev <= head)
  }

  return {
    keep(read) {
      if (!delivered) return read
      recent = read
      clearTimeout(forgetting)
      forgetting = setTimeout(() => (recent = undefined), KEEP_MS)
      forgetting.unref()
      return read
    },
    get: (since) => (recent && isStillWhole(recent, since) ? recent : undefined),
  }
}
