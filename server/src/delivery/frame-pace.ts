/**
 * How often a room's readers get a frame. The first few go at once; then each waits until the room has rested a few times
 * as long as it took to send them, and takes along all that was committed meanwhile, here and on other nodes. So a quiet room
 * is never held back, and a hot one pays for frames, not for messages.
 */
import type { RoomChanged } from '@alcove/sdk/protocol'

/** A batch is one frame, and a healthy reader may have two of them waiting without counting as slow (P7). */
export const MAX_FRAME_BYTES = 256 * 1024
/** A room rests for a multiple of what its last frame took to send: it takes a fourth of a processor, while that fits below. */
const REST_FACTOR = 3
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
  /** To the readers on this node. */
  deliver: (fact: RoomChanged) => void
  onUndelivered: (fact: RoomChanged, error: unknown) => void
  now?: () => number
}): FramePace {
  const { publish, deliver, onUndelivered, now = () => performance.now() } = parts
  let restsUntil = 0
  const held: Frame[] = []
  let timer: NodeJS.Timeout | undefined

  function send(frames: readonly Frame[]): void {
    const startedAt = now()
    // Readers elsewhere do not wait until all of ours are served.
    for (const { fact } of joined(frames.filter(({ isOwn }) => isOwn))) attempt(publish, fact)
    for (const { fact } of joined(inOrder(frames))) attempt(deliver, fact)
    const endedAt = now()
    const owedMs = Math.max(0, restsUntil - startedAt)
    restsUntil = endedAt + owedMs + Math.min(MAX_REST_MS, (endedAt - startedAt) * REST_FACTOR)
  }

  function attempt(run: (fact: RoomChanged) => void, fact: RoomChanged): void {
    try {
      run(fact)
    } catch (error) {
      onUndelivered(fact, error)
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
