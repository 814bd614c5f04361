/**
 * Whether the embedded engine can store anything: `well`, `dead`, `replaced`, or `full`, with or without a living
 * engine. Reports each change once, however many statements fail. pglite.ts restarts the engine.
 */
import { codeOf } from '../errors/failure-kind.js'
import { StorageUnavailable } from '../errors/storage-errors.js'
import { DirectoryReplaced, DiskFull } from './directory-unusable.js'
import { freeBytes, ROOM_TO_WORK_BYTES, saidFull } from './disk-space.js'

const LOOK_FOR_ROOM_EVERY_MS = 1_000
const DISK_FULL = '53100'

export interface EngineEvents {
  /** The engine died or the disk is full, so that nothing can be stored. Called once, until `onReturned`. */
  onLost?: (reason: Error) => void
  onReturned?: () => void
}

type Condition =
  | { is: 'well' }
  | { is: 'dead' }
  /** Its files are missing or were replaced. */
  | { is: 'replaced' }
  /** `free`: the space left when this was detected. A retry is worthwhile once there is more. */
  | { is: 'full'; hasEngine: boolean; free: number; reason: DiskFull }

export interface EngineCondition {
  /** The engine died. */
  lost(reason: StorageUnavailable): void
  /** A new engine is running. */
  returned(): void
  /** Runs a statement and detects a full disk. */
  watching<T>(run: () => Promise<T>): Promise<T>
  /** @throws DiskFull, DirectoryReplaced if a new engine would only die again or open foreign files */
  mayStart(): Promise<void>
  /** For any reader: without paths. */
  cannotStore(): string | undefined
  close(): void
}

/** @param areSame whether the engine's files are those it was started with */
export function watchCondition(
  dataDir: string,
  areSame: () => boolean,
  { onLost, onReturned }: EngineEvents,
): EngineCondition {
  let condition: Condition = { is: 'well' }
  let looking: NodeJS.Timeout | undefined
  let examined: Promise<void> = Promise.resolve()

  function become(next: Condition, reason?: Error): void {
    const wasWell = condition.is === 'well'
    condition = next
    clearInterval(looking)
    if (next.is === 'full' && next.hasEngine) {
      looking = setInterval(() => void lookForRoom(), LOOK_FOR_ROOM_EVERY_MS).unref()
    }
    if (next.is === 'well' && !wasWell) onReturned?.()
    if (next.is !== 'well' && wasWell && reason) onLost?.(reason)
  }

  async function lookForRoom(): Promise<void> {
    if (condition.is === 'full' && condition.hasEngine && (await hasMoreThan(condition.free)))
      become({ is: 'well' })
  }

  async function hasMoreThan(free: number): Promise<boolean> {
    const now = (await freeBytes(dataDir)) ?? Infinity
    return now > free || now >= ROOM_TO_WORK_BYTES
  }

  async function examine(error: StorageUnavailable, hasEngine: boolean): Promise<void> {
    // Any error of a dying engine about missing files.
    if (!hasEngine && !areSame()) return become({ is: 'replaced' }, new DirectoryReplaced(dataDir))
    const said = await saidFull(dataDir, error.cause)
    if (said !== undefined) {
      const reason = new DiskFull(dataDir, said, error)
      // The system does not report how much of a quota is left, so any moment may be right.
      const isQuota = codeOf(error.cause) === 'EDQUOT'
      const free = isQuota ? -1 : ((await freeBytes(dataDir)) ?? -1)
      become({ is: 'full', hasEngine, free, reason }, reason)
    } else if (!hasEngine) become({ is: 'dead' }, error)
  }

  return {
    lost(reason) {
      examined = examine(reason, false)
    },
    returned: () => become({ is: 'well' }),
    async watching(run) {
      try {
        return await run()
      } catch (error) {
        if (
          condition.is === 'well' &&
          error instanceof StorageUnavailable &&
          codeOf(error.cause) === DISK_FULL
        )
          await examine(error, true)
        throw error
      }
    },
    async mayStart() {
      await examined
      if (!areSame()) {
        const reason = new DirectoryReplaced(dataDir)
        become({ is: 'replaced' }, reason)
        throw reason
      }
      if (condition.is === 'full' && !(await hasMoreThan(condition.free))) throw condition.reason
    },
    cannotStore() {
      if (condition.is === 'full') return 'nothing can be stored; the disk is full'
      if (condition.is === 'replaced')
        return 'the data directory was removed or replaced; stop the server, restore it'
      return condition.is === 'dead' ? 'the embedded database is down' : undefined
    },
    close: () => clearInterval(looking),
  }
}
