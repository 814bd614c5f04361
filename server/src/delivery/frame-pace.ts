/**
 * How often a room's readers get a frame. While the node has time and the readers take what they are sent, each commit goes
 * at once. The busier it gets, the longer a room rests after a frame, up to a few times as long as that took to send, and the
 * next one takes along all that was committed meanwhile, here and on other nodes. So nobody waits where nothing is gained by
 * it, and a hot room pays for frames, not for messages.
 */
import type { RoomChanged } from '@alcove/sdk/protocol'

/** A batch is one frame, and a healthy reader may have two of them waiting without counting as slow (P7). */
export const MAX_FRAME_BYTES = 256 * 1024
/** On a node that has no time left a room takes a fourth of a processor, while that fits below. */
const REST_FACTOR = 3
/** Up to this load nobody rests, and from the other on for the whole factor. */
const LIGHT_LOAD = 0.5
const FULL_LOAD = 0.9
/** Readers who still have something on its way, as a part of all: those few who read slowly hold nobody up. */
const FEW_BUSY = 0.1
/** For one frame, also where it takes long: what looked long may have been a busy machine. */
const MAX_REST_MS = 20
/** The rest that a room may still owe when it sends: two messages of a quiet room may come close together. */
const OWED_REST_MS = 10

export interface Frame {
  fact: RoomChanged
  /** At least what it will have. */
  bytes: number
  /** Committed by this node: the others hear it from us. */
  isOwn: boolean
}

export interface FramePace {
  push(frame: Frame): void
  /** Tells at once what is held back. */
  flush(): void
}

export function createFramePace(parts: {
  /** To the other nodes. */
  publish: (fact: RoomChanged) => void
  /** To the readers on this node. @returns which part of them, from 0 to 1, has not taken yet what was sent before */
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
    // Readers elsewhere do not wait until all of ours are served.
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

/** Grows with the load instead of setting in at once: a node would else go back and forth between the two. */
function restFactor(load: number, busy: number): number {
  if (busy > FEW_BUSY) return REST_FACTOR
  return REST_FACTOR * Math.min(1, Math.max(0, (load - LIGHT_LOAD) / (FULL_LOAD - LIGHT_LOAD)))
}

/** Nodes tell in no common order what they commit. Lives of the log follow each other as they were first heard of. */
function inOrder(frames: readonly Frame[]): Frame[] {
  const epochs = [...new Set(frames.map(({ fact }) => fact.epoch))]
  return epochs.flatMap((epoch) =>
    frames.filter(({ fact }) => fact.epoch === epoch).sort((a, b) => a.fact.from - b.fact.from),
  )
}

/** Neighbours become one; between those of different lives of the log, or with a message missing between, is a cut. */
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
    }
  }
  return wider
}
