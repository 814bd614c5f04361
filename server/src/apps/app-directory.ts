/**
 * Apps by id, cached for a few seconds so that a handshake costs no query; a change made on the command line reaches a
 * running node within that time. While the database is down, the last known answer is used.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Logger } from '../process/logger.js'
import { Refusal } from '../errors/refusal.js'
import { NODE_BUDGETS, rateOf } from '../limits/address-budgets.js'
import { createAddressRates, type AddressRates } from '../limits/address-rates.js'
import { StorageUnavailable } from '../errors/storage-errors.js'
import type { AppRepository, AppRow } from '../storage/app-repository.js'
import { APP_ID_PATTERN, AppSettingsSchema, effectiveLimits, type App } from './app-settings.js'

const FRESH_MS = 5_000
const REMEMBERED_APPS = 2_000
/** Ids without an app. Cached separately, so that guessed ids cannot evict the apps that are needed in an outage. */
const REMEMBERED_UNKNOWN = 2_000

export interface AppDirectory {
  /**
   * @param address the caller's, which may ask for a limited number of unknown ids
   * @throws Refusal `rate_limited`
   */
  find(id: string, address?: string): Promise<App | undefined>
  /** The app that a secret key belongs to. */
  findBySecret(secret: string): Promise<App | undefined>
}

/** `until` is in terms of `performance.now()`, which does not jump with the system clock. */
type Known = { app: App; until: number }

/** @param guesses how many unknown ids an address may ask for */
export function createAppDirectory(
  repository: Pick<AppRepository, 'find' | 'findByDigest'>,
  log: Logger,
  guesses: AddressRates = createAddressRates(rateOf(NODE_BUDGETS.unknownApps)),
): AppDirectory {
  const known = new LRUCache<string, Known>({ max: REMEMBERED_APPS })
  /** Valid keys only: guesses are not cached. */
  const bySecret = new LRUCache<string, Known>({ max: REMEMBERED_APPS })
  /** When the entry expires. */
  const unknown = new LRUCache<string, number>({ max: REMEMBERED_UNKNOWN })
  const asking = new Map<string, Promise<App | undefined>>()

  async function ask(id: string): Promise<App | undefined> {
    try {
      const row = await repository.find(id)
      const until = performance.now() + FRESH_MS
      if (row) {
        const app = toApp(row)
        unknown.delete(id)
        known.set(id, { app, until })
        return app
      }
      known.delete(id)
      unknown.set(id, until)
      return undefined
    } catch (error) {
      const last = known.get(id)
      if (!(error instanceof StorageUnavailable) || !last) throw error
      log.debug({ app: id }, 'database away; using the last known settings of the app')
      return last.app
    } finally {
      asking.delete(id)
    }
  }

  /** @throws Refusal `rate_limited` */
  function takeGuess(address: string): void {
    const rate = guesses.take(address)
    if (rate.kind === 'taken') return
    throw new Refusal(
      'rate_limited',
      'unable to look up app; this address asks for too many that do not exist',
      rate.retryAfterMs,
    )
  }

  async function guess(id: string, address: string): Promise<App | undefined> {
    const app = await ask(id)
    if (app) guesses.giveBack(address)
    return app
  }

  return {
    async findBySecret(secret) {
      // Compared as a digest, so that the time it takes reveals nothing about the secret.
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
        if (!(error instanceof StorageUnavailable) || !last) throw error
        return last.app
      }
    },
    async find(id, address) {
      if (!APP_ID_PATTERN.test(id)) return undefined
      const last = known.get(id)
      if (last && last.until > performance.now()) return last.app
      if ((unknown.get(id) ?? 0) > performance.now()) return undefined
      const running = asking.get(id)
      if (running) return running
      const isGuess = last === undefined && address !== undefined
      if (isGuess) takeGuess(address)
      const answer = isGuess ? guess(id, address) : ask(id)
      asking.set(id, answer)
      return answer
    },
  }
}

const digestOf = (secret: string): string => createHash('sha256').update(secret).digest('hex')

export function toApp(row: AppRow): App {
  const settings = AppSettingsSchema.parse(row.settings)
  return { id: row.id, secret: row.secret, settings, limits: effectiveLimits(settings) }
}
