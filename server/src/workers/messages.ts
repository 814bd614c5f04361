/** What primary and workers say to each other, beside @socket.io/sticky's own messages and Node's. */
import type { Registry } from 'prom-client'

export type MetricParts = Awaited<ReturnType<Registry['getMetricsAsJSON']>>

export type ToPrimary =
  /** From now on connections may be handed to it. */
  | { type: 'alcove:ready'; apiPort?: number | undefined }
  /** It could not start. */
  | { type: 'alcove:failed'; reason: string }
  /** It takes nobody new; what is open still reaches it. */
  | { type: 'alcove:draining' }
  /** Its event loop turns. */
  | { type: 'alcove:alive' }
  | { type: 'alcove:metrics-wanted'; id: number }
  | { type: 'alcove:metrics-part'; id: number; parts: MetricParts }

export type ToWorker =
  | { type: 'alcove:stop' }
  | { type: 'alcove:metrics-read'; id: number }
  | { type: 'alcove:metrics-whole'; id: number; text: string }

export const ALIVE_EVERY_MS = 1_000

/** The worker's place on this machine, 1 to n: the same after it was replaced. */
export const WORKER_VARIABLE = 'ALCOVE_WORKER'
