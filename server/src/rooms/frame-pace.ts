/**
 * How often a room's readers get a frame. The first goes at once; the next waits until the room has rested a few
 * times as long as the last one took to send, and takes all that was committed meanwhile with it. So a quiet room is
 * never held back, and a hot one pays for frames, not for messages.
 */
import { MAX_FRAME_BYTES, type CommittedBatch } from './room-writer.js'

/** A room rests for a multiple of what its last frame took to send: it takes a fourth of a processor, while that fits below. */
const REST_FACTOR = 3
/** Nobody waits longer, also where a frame takes long: what looked long may have been a busy machine. */
const MAX_REST_MS = 20

export interface FramePace {
  tell(batch: CommittedBatch): void
  /** Tells at once what is held back. */
  flush(): void
}

/** @param onUntold what was held back could not be told; what is told at once throws */
export function createFramePace(parts: {
  emit: (batch: CommittedBatch) => void
  onUntold: (batch: CommittedBatch, error: unknown) => void
  now?: () => number
}): FramePace {
  const { emit, onUntold, now = () => performance.now() } = parts
  let restsUntil = 0
  let held: CommittedBatch[] = []
  let timer: NodeJS.Timeout | undefined

  function send(batch: CommittedBatch): void {
    const startedAt = now()
    emit(batch)
    const endedAt = now()
    restsUntil = endedAt + Math.min(MAX_REST_MS, (endedAt - startedAt) * REST_FACTOR)
  }

  function flush(): void {
    clearTimeout(timer)
    timer = undefined
    const due = joined(held)
    held = []
    for (const batch of due) {
      try {
        send(batch)
      } catch (error) {
        onUntold(batch, error)
      }
    }
  }

  return {
    tell(batch) {
      const restMs = restsUntil - now()
      if (held.length === 0 && restMs <= 0) return send(batch)
      held.push(batch)
      timer ??= setTimeout(flush, Math.max(1, Math.ceil(restMs)))
    },
    flush,
  }
}

/** Neighbours become one; between those of different lives of the log, or with another node's messages between, is a cut. */
function joined(batches: readonly CommittedBatch[]): CommittedBatch[] {
  const frames: CommittedBatch[] = []
  for (const batch of batches) {
    const last = frames.at(-1)
    const fits =
      last?.epoch === batch.epoch && last.rev === batch.from && last.bytes + batch.bytes <= MAX_FRAME_BYTES
    if (!last || !fits) frames.push({ ...batch, added: [...batch.added] })
    else {
      last.rev = batch.rev
      last.bytes += batch.bytes
      last.added.push(...batch.added)
    }
  }
  return frames
}
