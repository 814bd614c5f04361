/**
 * How often a room's readers get a frame. While the node has time and the readers keep up, each commit is sent
 * immediately. The busier the node, the longer a room rests after a frame, up to a few times as long as the frame took
 * to send, and the next frame carries everything committed meanwhile, here and on other nodes. So nobody waits without
 * benefit, and a hot room costs frames, not messages.
 */
import type { RoomChanged } from '@alcove/sdk/protocol'

/** A batch is one frame, and a healthy reader may have two of them queued without counting as slow (P7). */
export const MAX_FRAME_BYTES = 256 * 1024
/** On a fully loaded node a room takes a quarter of a processor, as long as that fits into the bound below. */
const REST_FACTOR = 3
/** Up to the first load nobody rests; from the second on, rooms rest for the whole factor. */
const LIGHT_LOAD = 0.5
const FULL_LOAD = 0.9
/** The share of readers with data in flight; a few slow readers hold nobody up. */
const FEW_BUSY = 0.1
/** The longest rest after one frame: a frame that seemed slow may only have met a busy machine. */
const MAX_REST_MS = 20
/** The rest a room may still owe when it sends, because two messages in a quiet room may come close together. */
const OWED_REST_MS = 10

export interface Frame {
  fact: RoomChanged
  /** The least number of bytes the frame will have. */
  bytes: number
  /** Committed by this node, which publishes it to the others. */
  isOwn: boolean
}

export interface FramePace {
  push(frame: Frame): void
  /** Sends everything held back immediately. */
  flush(): void
}

export function createFramePace(parts: {
  /** Publishes to the other nodes. */
  publish: (fact: RoomChanged) => void
  /**
   * Sends to the readers on this node. @returns the share of them, from 0 to 1, that still has earlier data in flight
   */
  deliver: (fact: RoomChanged) => number
  onUndelivered: (fact: RoomChanged, error: unknown) => void
  /** How busy the event loop is, from 0 to 1. */
  load: () => number
  now?: () => number
}): FramePace {
  const { publish, deliver, onUndelivered, load, now = () => performance.now() } = parts
  let restsUntil = 0
  const held: Frame[] = []
  let timer: NodeJS.Timeout | undefined

  function send(frames: readonly Frame[]): void {
    const startedAt = now()
    // Readers on other nodes do not wait until all of ours are served.
    for (const { fact } of joined(frames.filter(({ isOwn }) => isOwn))) attempt(publish, fact)
    let busy = 0
    for (const { fact } of joined(inOrder(frames))) busy = attempt(deliver, fact) ?? busy
    const endedAt = now()
    const owedMs = Math.max(0, restsUntil - startedAt)
    restsUntil = endedAt + owedMs + Math.min(MAX_REST_MS, (endedAt - startedAt) * restFactor(load(), busy))
  }

  function attempt<T>(run: (fact: RoomChanged) => T, fact: RoomChanged): T | undefined {
    try {
      return run(fact)
    } catch (error) {
      onUndelivered(fact, error)
      return undefined
    }
  }

  function flush(): void {
    clearTimeout(timer)
    timer = undefined
    if (held.length > 0) send(held.splice(0))
  }

  return {
    push(frame) {
      const waitMs = restsUntil - OWED_REST_MS - now()
      if (held.length === 0 && waitMs <= 0) return send([frame])
      held.push(frame)
      timer ??= setTimeout(flush, Math.max(1, Math.ceil(waitMs)))
    },
    flush,
  }
}

/** Grows with the load instead of switching on, because a node would otherwise oscillate between the two. */
function restFactor(load: number, busy: number): number {
  if (busy > FEW_BUSY) return REST_FACTOR
  return REST_FACTOR * Math.min(1, Math.max(0, (load - LIGHT_LOAD) / (FULL_LOAD - LIGHT_LOAD)))
}

/**
 * Commits of different nodes arrive in no common order. Epochs follow each other in the order in which they were first
 * seen.
 */
function inOrder(frames: readonly Frame[]): Frame[] {
  const epochs = [...new Set(frames.map(({ fact }) => fact.epoch))]
  return epochs.flatMap((epoch) =>
    frames.filter(({ fact }) => fact.epoch === epoch).sort((a, b) => a.fact.from - b.fact.from),
  )
}

/** Adjacent frames are merged, but not across epochs or a missing message. */
function joined(frames: readonly Frame[]): Frame[] {
  const wider: Frame[] = []
  for (const frame of frames) {
    const last = wider.at(-1)
    const fits =
      last?.fact.epoch === frame.fact.epoch &&
      last.fact.rev === frame.fact.from &&
      last.bytes + frame.bytes <= MAX_FRAME_BYTES
    if (!last || !fits) wider.push({ ...frame, fact: { ...frame.fact, messages: [...frame.fact.messages] } })
    else {
      last.fact.rev = frame.fact.rev
      last.bytes += frame.bytes
      last.fact.messages.push(...frame.fact.messages)
      if (frame.fact.info) last.fact.info = { ...last.fact.info, ...frame.fact.info }
    }
  }
  return wider
}
