/**
 * Keeps n workers alive: starts them, replaces those that die, and ends them. Owns the processes, not the connections
 * they receive.
 */
import { ExpectedFailure } from '../errors/expected-failure.js'
import cluster, { type Worker } from 'node:cluster'
import type { Logger } from '../process/logger.js'
import { tell } from './machine-metrics.js'
import { WORKER_VARIABLE, type ToPrimary } from './messages.js'
import { restartDelayMs, STABLE_MS } from './restart-delay.js'

/**
 * Longer than the 25 s after which a node gives up by itself, shorter than the 30 s that our own supervisor may wait.
 */
const STOP_WITHIN_MS = 27_000

/** A worker did not become ready at startup. */
export class WorkerFailed extends ExpectedFailure {
  override readonly name = 'WorkerFailed'
  /** @param reason the worker's own reason */
  constructor(reason: string) {
    super(`unable to start; a worker failed: ${reason}`)
  }
}

export interface Supervisor {
  /** Resolves when all are ready for the first time. @throws WorkerFailed with the reason of a worker that failed */
  started: Promise<void>
  /** Idempotent. @returns whether all ended by themselves. */
  stop(): Promise<boolean>
}

type Phase = 'starting' | 'running' | 'stopping'

/** One of the n slots. Empty until its timer ends. */
interface Seat {
  readonly slot: number
  /** Consecutive failures. */
  failures: number
  holder: { state: 'empty'; timer: NodeJS.Timeout | undefined } | Holder
}

type Holder = { state: 'starting'; worker: Worker } | { state: 'ready'; worker: Worker; since: number }

export function superviseWorkers(parts: {
  workers: number
  log: Logger
  onReplaced: () => void
  now?: () => number
}): Supervisor {
  const { workers, log, onReplaced, now = () => performance.now() } = parts
  const seats = Array.from({ length: workers }, (_, index): Seat => ({
    slot: index + 1,
    failures: 0,
    holder: { state: 'empty', timer: undefined },
  }))
  let phase: Phase = 'starting'
  let settle!: { ready: () => void; fail: (error: WorkerFailed) => void }
  const started = new Promise<void>((ready, fail) => (settle = { ready, fail }))

  const seatOf = (worker: Worker) =>
    seats.find(({ holder }) => holder.state !== 'empty' && holder.worker === worker)

  function fill(seat: Seat): void {
    try {
      const worker = cluster.fork({ [WORKER_VARIABLE]: String(seat.slot) })
      seat.holder = { state: 'starting', worker }
      worker.on('error', (error) => {
        // A message to a worker that has just died must not end the primary.
        if (isSpawned(worker)) log.debug({ err: error, worker: seat.slot }, 'worker not reached')
        else if (seatOf(worker) === seat) {
          // Node emits no exit for a process that never ran, and keeps it in its list for ever.
          delete cluster.workers?.[worker.id]
          notSpawned(seat, error)
        }
      })
    } catch (error) {
      // Some reasons are thrown (no memory), others emitted later (no more processes).
      notSpawned(seat, error as Error)
    }
  }

  function notSpawned(seat: Seat, error: Error): void {
    if (phase === 'stopping') return
    if (phase === 'starting') return failStart(error.message)
    const restartInMs = fillLater(seat)
    log.error({ err: error, worker: seat.slot, restartInMs }, 'worker could not be spawned; tried again')
  }

  function fillLater(seat: Seat): number {
    const restartInMs = restartDelayMs(seat.failures++)
    seat.holder = { state: 'empty', timer: setTimeout(() => fill(seat), restartInMs) }
    return restartInMs
  }

  function failStart(reason: string): void {
    phase = 'stopping'
    settle.fail(new WorkerFailed(reason))
  }

  cluster.on('message', (worker, message: ToPrimary) => {
    const seat = seatOf(worker)
    if (!seat) return
    if (message.type === 'alcove:failed') {
      if (phase === 'starting') failStart(message.reason)
      else log.error({ worker: seat.slot, reason: message.reason }, 'worker could not start')
    }
    if (message.type === 'alcove:ready') {
      seat.holder = { state: 'ready', worker, since: now() }
      log.debug({ worker: seat.slot, pid: worker.process.pid }, 'worker ready')
      if (phase === 'starting' && seats.every(({ holder }) => holder.state === 'ready')) {
        phase = 'running'
        settle.ready()
      }
    }
  })

  cluster.on('exit', (worker, code, signal) => {
    const seat = seatOf(worker)
    if (!seat || phase === 'stopping') return
    if (phase === 'starting') return failStart(`it ended with ${signal ?? code} before it was ready`)
    const { holder } = seat
    if (holder.state === 'ready' && now() - holder.since >= STABLE_MS) seat.failures = 0
    const restartInMs = fillLater(seat)
    log.warn({ worker: seat.slot, code, signal, restartInMs }, 'worker ended; it is replaced')
    onReplaced()
  })

  /** @returns whether it ended by itself */
  function stopWorker({ state, worker }: Holder, slot: number): Promise<boolean> {
    if (worker.isDead() || !isSpawned(worker)) return Promise.resolve(true)
    return new Promise((ended) => {
      let isKilled = false
      const late = setTimeout(() => {
        isKilled = true
        log.error({ worker: slot }, 'worker not stopped in time; killed')
        worker.process.kill('SIGKILL')
      }, STOP_WITHIN_MS)
      worker.once('exit', () => {
        clearTimeout(late)
        ended(!isKilled)
      })
      // A message would be lost on a worker that does not listen yet; a signal is not (process/stop-signal.ts).
      if (state === 'starting') worker.process.kill('SIGTERM')
      else tell(worker, { type: 'alcove:stop' })
    })
  }

  async function stopAll(): Promise<boolean> {
    phase = 'stopping'
    let isClean = true
    await Promise.all(
      seats.map(async ({ slot, holder }) => {
        if (holder.state === 'empty') clearTimeout(holder.timer)
        else if (!(await stopWorker(holder, slot))) isClean = false
      }),
    )
    return isClean
  }

  for (const seat of seats) fill(seat)

  let stopping: Promise<boolean> | undefined
  return { started, stop: () => (stopping ??= stopAll()) }
}

const isSpawned = (worker: Worker): boolean => worker.process.pid !== undefined
