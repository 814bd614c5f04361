/** The messages between primary and workers, besides those of @socket.io/sticky and Node. */
import type { Registry } from 'prom-client'

export type MetricParts = Awaited<ReturnType<Registry['getMetricsAsJSON']>>

export type ToPrimary =
  /** The worker accepts connections from now on. */
  | { type: 'alcove:ready'; apiPort?: number | undefined }
  /** The worker could not start. */
  | { type: 'alcove:failed'; reason: string }
  /** It accepts no new clients; open connections still reach it. */
  | { type: 'alcove:draining' }
  /** A heartbeat: its event loop is running. */
  | { type: 'alcove:alive' }
  | { type: 'alcove:metrics-wanted'; id: number }
  | { type: 'alcove:metrics-part'; id: number; parts: MetricParts }

export type ToWorker =
  | { type: 'alcove:stop' }
  | { type: 'alcove:metrics-read'; id: number }
  | { type: 'alcove:metrics-whole'; id: number; text: string }

export const ALIVE_EVERY_MS = 1_000

/** The worker's number on this machine, 1 to n, which its replacement inherits. */
export const WORKER_VARIABLE = 'ALCOVE_WORKER'
