/**
 * What was read of a room a moment ago, for those whom this node tells what is committed from now on. It holds until
 * something newer was told, and only for a moment: a frame that got lost would make it stale, and nobody would know sooner.
 */
import type { LogHead } from '../storage/message-repository.js'

const KEEP_MS = 1_000

export interface Told {
  epoch: string
  rev: number
}

export interface Recent<T extends LogHead> {
  keep(read: T): T
  /** @param since what the one who asks knows already */
  get(since: Told | undefined): T | undefined
}

/** @param told what readers here were told last; absent: nobody is told anything, and nothing is kept */
export function createRecent<T extends LogHead>(told?: () => Told): Recent<T> {
  let recent: T | undefined
  let forgetting: NodeJS.Timeout | undefined

  function isStillWhole({ epoch, head }: T, since: Told | undefined): boolean {
    const last = told?.()
    if (last?.epoch !== epoch || last.rev > head) return false
    // Whoever knows more was told by another node before we were.
    return !since || (since.epoch === epoch && since.rev <= head)
  }

  return {
    keep(read) {
      if (!told) return read
      recent = read
      clearTimeout(forgetting)
      forgetting = setTimeout(() => (recent = undefined), KEEP_MS)
      forgetting.unref()
      return read
    },
    get: (since) => (recent && isStillWhole(recent, since) ? recent : undefined),
  }
}
