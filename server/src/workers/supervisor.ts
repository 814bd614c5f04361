/** Keeps n workers alive: starts them, replaces those that die, ends them. Owns processes; not what they are given. */
import cluster, { type Worker } from 'node:cluster'
import type { Log } from '../log.js'
import { tell } from './machine-metrics.js'
import { WORKER_VARIABLE, type ToPrimary } from './messages.js'
import { restartDelayMs, STABLE_MS } from './restart-delay.js'

/** Above the 25 s after which a node gives up by itself, below the 30 s that who stops us may wait. */
const STOP_WITHIN_MS = 27_000

/** A worker did not get as far as being ready when the machine was started. */
export class WorkerFailed extends Error {
  override readonly name = 'WorkerFailed'
}

export interface Supervisor {
  /** Resolves when all are ready for the first time. @throws WorkerFailed when one is not, with its own reason */
  started: Promise<void>
  /** Idempotent. @returns whether all ended by themselves. */
  stop(): Promise<boolean>
}

type Phase = 'starting' | 'running' | 'stopping'

interface Seat {
  slot: number
  failures: number
  worker: Worker
  isReady: boolean
  readyAt: number
  timer?: NodeJS.Timeout
}

export function superviseWorkers(parts: {
  workers: number
  log: Log
  onReplaced: () => void
  now?: () => number
}): Supervisor {
  const { workers, log, onReplaced, now = () => performance.now() } = parts
  const seats: Seat[] = []
  let phase: Phase = 'starting'
  let settle!: { ready: () => void; fail: (error: WorkerFailed) => void }
  const started = new Promise<void>((ready, fail) => (settle = { ready, fail }))

  function fork(slot: number): Worker {
    const worker = cluster.fork({ [WORKER_VARIABLE]: String(slot) })
    // A message to a worker that has just died must not end the primary.
    worker.on('error', (error) => log.debug({ err: error, worker: slot }, 'worker not reached'))
    return worker
  }

  function failStart(reason: string): void {
    phase = 'stopping'
    settle.fail(new WorkerFailed(reason))
  }

  cluster.on('message', (worker, message: ToPrimary) => {
    const seat = seats.find((one) => one.worker === worker)
    if (!seat) return
    if (message.type === 'alcove:failed') {
      if (phase === 'starting') failStart(message.reason)
      else log.error({ worker: seat.slot, reason: message.reason }, 'worker could not start')
    }
    if (message.type === 'alcove:ready') {
      seat.isReady = true
      seat.readyAt = now()
      log.debug({ worker: seat.slot, pid: worker.process.pid }, 'worker ready')
      if (phase === 'starting' && seats.every(({ isReady }) => isReady)) {
        phase = 'running'
        settle.ready()
      }
    }
  })

  cluster.on('exit', (worker, code, signal) => {
    const seat = seats.find((one) => one.worker === worker)
    if (!seat || phase === 'stopping') return
    if (phase === 'starting') return failStart(`it ended with ${signal ?? code} before it was ready`)
    if (seat.isReady && now() - seat.readyAt >= STABLE_MS) seat.failures = 0
    const restartInMs = restartDelayMs(seat.failures++)
    seat.isReady = false
    log.warn({ worker: seat.slot, code, signal, restartInMs }, 'worker ended; it is replaced')
    onReplaced()
    seat.timer = setTimeout(() => (seat.worker = fork(seat.slot)), restartInMs)
  })

  async function stopAll(): Promise<boolean> {
    phase = 'stopping'
    let isClean = true
    for (const { timer } of seats) clearTimeout(timer)
    await Promise.all(
      seats.map(({ slot, worker }) => {
        if (worker.isDead()) return Promise.resolve()
        return new Promise<void>((ended) => {
          const late = setTimeout(() => {
            isClean = false
            log.error({ worker: slot }, 'worker not stopped in time; killed')
            worker.process.kill('SIGKILL')
          }, STOP_WITHIN_MS)
          worker.once('exit', () => {
            clearTimeout(late)
            ended()
          })
          tell(worker, { type: 'alcove:stop' })
        })
      }),
    )
    return isClean
  }

  for (let slot = 1; slot <= workers; slot += 1)
    seats.push({ slot, failures: 0, worker: fork(slot), isReady: false, readyAt: 0 })

  let stopping: Promise<boolean> | undefined
  return { started, stop: () => (stopping ??= stopAll()) }
}
