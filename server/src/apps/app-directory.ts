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
/** Ids and keys without an app. Cached separately, so that guessed ids cannot evict the apps that are needed in an outage. */
const REMEMBERED_UNKNOWN = 2_000

export interface AppDirectory {
  /**
   * @param address the caller's, which may ask for a limited number of unknown ids
   * @throws Refusal `rate_limited`
   */
  find(id: string, address?: string): Promise<App | undefined>
  /**
   * The app that a secret key belongs to.
   * @param address the caller's, which may try a limited number of unknown keys
   * @throws Refusal `rate_limited`
   */
  findBySecret(secret: string, address: string): Promise<App | undefined>
}

/** `until` is in terms of `performance.now()`, which does not jump with the system clock. */
type Known = { app: App; until: number }

/** How many unknown ids, and keys, an address may ask for. */
interface Guesses {
  ids: AddressRates
  keys: AddressRates
}
const createGuesses = (): Guesses => ({
  ids: createAddressRates(rateOf(NODE_BUDGETS.unknownApps)),
  keys: createAddressRates(rateOf(NODE_BUDGETS.unknownKeys)),
})

export function createAppDirectory(
  repository: Pick<AppRepository, 'find' | 'findByDigest'>,
  log: Logger,
  guesses: Guesses = createGuesses(),
): AppDirectory {
  const known = new LRUCache<string, Known>({ max: REMEMBERED_APPS })
  /** By digest. */
  const bySecret = new LRUCache<string, Known>({ max: REMEMBERED_APPS })
  /** When the entry expires. */
  const unknown = new LRUCache<string, number>({ max: REMEMBERED_UNKNOWN })
  const unknownSecrets = new LRUCache<string, number>({ max: REMEMBERED_UNKNOWN })
  const asking = new Map<string, Promise<App | undefined>>()
  const askingSecrets = new Map<string, Promise<App | undefined>>()

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
  function takeGuess(rates: AddressRates, address: string, what: string): void {
    const rate = rates.take(address)
    if (rate.kind === 'taken') return
    throw new Refusal(
      'rate_limited',
      `unable to look up app; this address asks for too many ${what} that do not exist`,
      rate.retryAfterMs,
    )
  }

  async function guess(id: string, address: string): Promise<App | undefined> {
    const app = await ask(id)
    if (app) guesses.ids.giveBack(address)
    return app
  }

  /** @param digest compared instead of the secret, so that the time it takes reveals nothing about it */
  async function askSecret(digest: string): Promise<App | undefined> {
    try {
      const row = await repository.findByDigest(digest)
      const until = performance.now() + FRESH_MS
      if (!row || !timingSafeEqual(Buffer.from(digestOf(row.secret)), Buffer.from(digest))) {
        bySecret.delete(digest)
        unknownSecrets.set(digest, until)
        return undefined
      }
      const app = toApp(row)
      bySecret.set(digest, { app, until })
      return app
    } catch (error) {
      const last = bySecret.get(digest)
      if (!(error instanceof StorageUnavailable) || !last) throw error
      return last.app
    } finally {
      askingSecrets.delete(digest)
    }
  }

  async function guessSecret(digest: string, address: string): Promise<App | undefined> {
    const app = await askSecret(digest)
    if (app) guesses.keys.giveBack(address)
    return app
  }

  return {
    async findBySecret(secret, address) {
      const digest = digestOf(secret)
      const last = bySecret.get(digest)
      if (last && last.until > performance.now()) return last.app
      if ((unknownSecrets.get(digest) ?? 0) > performance.now()) return undefined
      const running = askingSecrets.get(digest)
      if (running) return running
      if (!last) takeGuess(guesses.keys, address, 'keys')
      const answer = last ? askSecret(digest) : guessSecret(digest, address)
      askingSecrets.set(digest, answer)
      return answer
    },
    async find(id, address) {
      if (!APP_ID_PATTERN.test(id)) return undefined
      const last = known.get(id)
      if (last && last.until > performance.now()) return last.app
      if ((unknown.get(id) ?? 0) > performance.now()) return undefined
      const running = asking.get(id)
      if (running) return running
      const isGuess = last === undefined && address !== undefined
      if (isGuess) takeGuess(guesses.ids, address, 'apps')
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
