/**
 * Apps by id, remembered for a few seconds so that a handshake costs no query; a change by the command line
 * reaches a running node within that time. While the database is away the last known answer stays good.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Log } from '../log.js'
import { StorageUnavailable } from '../storage/database.js'
import type { AppRepository, AppRow } from '../storage/app-repository.js'
import { APP_ID_PATTERN, AppSettingsSchema, effectiveLimits, type App } from './app-settings.js'

const FRESH_MS = 5_000
/** Bounds what a caller guessing ids can make the node remember. */
const REMEMBERED_APPS = 2_000

export interface AppDirectory {
  find(id: string): Promise<App | undefined>
  /** Whose secret key this is. */
  findBySecret(secret: string): Promise<App | undefined>
}

/** `until` is in `performance.now()`, which a clock set back does not move. */
type Known = { app: App | undefined; until: number }

export function createAppDirectory(repository: AppRepository, log: Log): AppDirectory {
  const known = new LRUCache<string, Known>({ max: REMEMBERED_APPS })
  /** Right ones only: what is guessed is not remembered. */
  const bySecret = new LRUCache<string, Known>({ max: REMEMBERED_APPS })
  const asking = new Map<string, Promise<App | undefined>>()

  async function ask(id: string): Promise<App | undefined> {
    try {
      const row = await repository.find(id)
      const app = row && toApp(row)
      known.set(id, { app, until: performance.now() + FRESH_MS })
      return app
    } catch (error) {
      const last = known.get(id)
      if (!(error instanceof StorageUnavailable) || !last?.app) throw error
      log.debug({ app: id }, 'database away; using the last known settings of the app')
      return last.app
    } finally {
      asking.delete(id)
    }
  }

  return {
    async findBySecret(secret) {
      // Compared as a digest: how long that takes tells nothing about a secret.
      const digest = digestOf(secret)
      const last = bySecret.get(digest)
      if (last && last.until > performance.now()) return last.app
      try {
        const row = await repository.findByDigest(digest)
        if (!row || !timingSafeEqual(Buffer.from(digestOf(row.secret)), Buffer.from(digest))) {
          bySecret.delete(digest)
          return undefined
        }
        const app = toApp(row)
        bySecret.set(digest, { app, until: performance.now() + FRESH_MS })
        return app
      } catch (error) {
        if (!(error instanceof StorageUnavailable) || !last?.app) throw error
        return last.app
      }
    },
    async find(id) {
      if (!APP_ID_PATTERN.test(id)) return undefined
      const last = known.get(id)
      if (last && last.until > performance.now()) return last.app
      const running = asking.get(id) ?? ask(id)
      asking.set(id, running)
      return running
    },
  }
}

const digestOf = (secret: string): string => createHash('sha256').update(secret).digest('hex')

export function toApp(row: AppRow): App {
  const settings = AppSettingsSchema.parse(row.settings)
  return { id: row.id, secret: row.secret, settings, limits: effectiveLimits(settings) }
}
