/**
 * A cache of what was just read from a room, for clients that receive new commits from this node. An entry is valid
 * until something newer was delivered, and only briefly: a lost frame would make it stale without anybody noticing.
 */
import type { LogHead } from '../storage/message-repository.js'

const KEEP_MS = 1_000

export interface DeliveredHead {
  epoch: string
  rev: number
}

export interface Recent<T extends LogHead> {
  keep(read: T): T
  /** @param since the rev the caller already has */
  get(since: DeliveredHead | undefined): T | undefined
}

/** @param delivered the rev last delivered to readers here; if absent, nothing is delivered and nothing is cached */
export function createRecent<T extends LogHead>(delivered?: () => DeliveredHead): Recent<T> {
  let recent: T | undefined
  let forgetting: NodeJS.Timeout | undefined

  function isStillWhole({ epoch, head }: T, since: DeliveredHead | undefined): boolean {
    const last = delivered?.()
    if (last?.epoch !== epoch || last.rev > head) return false
    // A client that knows more got it from another node first.
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
