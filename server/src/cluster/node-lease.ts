/**
 * This node's name in the cluster, held by renewing a lease in Redis. All data of a node is stored under its name, and
 * the other nodes clean up a name whose lease has expired (P6). When Redis returns after an outage, a node takes a new
 * name and enters all its data again: one way back, whatever was lost. Leases expire by Redis's clock.
 */
import { randomBytes } from 'node:crypto'
import type { Logger } from '../process/logger.js'
import type { Metrics } from '../metrics.js'
import { RedisAway, type RedisLink } from './redis.js'

export interface NodeLease {
  /** Changes when everything has to be entered again. */
  readonly name: string
  /** Declares this node's data unreliable, so that it soon takes another name. */
  doubt(): void
  /** Called with each new name: enter your data again, and resolve when it is stored. @returns the undo */
  onRenamed(listener: () => Promise<void>): () => void
  /** Called when a node is gone: clean up the data under its name. May be called twice. @returns the undo */
  onGone(listener: (name: string) => Promise<void>): () => void
  /**
   * Leaves the name to the other nodes, which clean it up after its people had time to reconnect elsewhere; the last
   * node does so itself.
   */
  retire(): Promise<void>
  close(): void
}

/** A killed node is gone after this time plus one round of another node, well within the 45 s of P6. */
const LEASE_MS = 20_000
const RENEW_EVERY_MS = 4_000
/** How long the people of a stopping node have to reconnect elsewhere before others see them leave. */
const RETIRE_MS = 8_000

const CLAIM_SECONDS = 10

const NAME = /^[A-Za-z0-9_-]{16}$/

/** Redis's clock in milliseconds. */
const NOW = `local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)`

/** KEYS leases; ARGV name, milliseconds. Replies: whether the lease existed, expired names, live names. */
const RENEW = `
if redis.call('TYPE', KEYS[1]).ok ~= 'zset' then redis.call('DEL', KEYS[1]) end
${NOW}
local had = redis.call('ZSCORE', KEYS[1], ARGV[1])
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
return { had and 1 or 0, redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now), redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. now, '+inf') }
`

/**
 * `new`: not entered yet, so that a missing lease is not a loss. `doubtful`: the data under it may be wrong, and the
 * next renewal takes another name. `retired`: left to the others for good.
 */
type State = 'new' | 'held' | 'doubtful' | 'retired'

export function holdNodeLease(parts: {
  redis: RedisLink
  metrics: Metrics
  log: Logger
  renewEveryMs?: number
  leaseMs?: number
}): NodeLease {
  const { redis, metrics, log, leaseMs = LEASE_MS } = parts
  const renewScript = redis.script('alcoveRenewLease', RENEW, 1)
  const renamed = new Set<() => Promise<void>>()
  const gone = new Set<(name: string) => Promise<void>>()
  let name = newName()
  /** Our former names, to be cleaned up once everything is entered under the current one. */
  const former = new Set<string>()
  let state: State = 'new'

  async function renew(): Promise<void> {
    const [had, expired] = (await renewScript([redis.names.leases], [name, leaseMs])) as [number, string[]]
    if (state === 'retired') return
    const isLost = had === 0 && state === 'held'
    if (isLost || state === 'doubtful') await rename()
    else state = 'held'
    for (const other of new Set([...expired, ...former])) if (other !== name) await clear(other)
  }

  function doubt(): void {
    if (state !== 'retired') state = 'doubtful'
  }

  async function rename(): Promise<void> {
    // From here on, doubts concern the new name.
    state = 'held'
    former.add(name)
    name = newName()
    metrics.enteredAnew.inc()
    await renewScript([redis.names.leases], [name, leaseMs])
    log.info('entering everything again in Redis')
    for (const listener of renamed) await listener()
  }

  async function clear(other: string): Promise<void> {
    const isOurs = other === name || former.has(other)
    if (!isOurs && !(await claim(other))) return
    if (NAME.test(other)) await clearAway(other)
    await redis.run((client) => client.zrem(redis.names.leases, other))
    former.delete(other)
  }

  /** Unreadable data was not written by us and is no reason to keep the name. */
  async function clearAway(other: string): Promise<void> {
    try {
      for (const listener of gone) await listener(other)
    } catch (error) {
      if (error instanceof RedisAway) throw error
      metrics.clusterNonsense.inc({ kind: 'members' })
      log.warn({ err: error }, 'what a node kept could not be cleared away')
      await redis.run((client) => client.unlink(redis.names.nodeApps(other)))
    }
  }

  /** One survivor is enough; if it dies too, another one takes the next round. */
  async function claim(other: string): Promise<boolean> {
    const claimed = await redis.run((client) =>
      client.set(redis.names.reaping(other), name, 'EX', CLAIM_SECONDS, 'NX'),
    )
    return claimed === 'OK'
  }

  let round: { ended: Promise<void>; isAnotherDue: boolean } | undefined
  /** One at a time; a request that arrives meanwhile is served afterwards. */
  function look(): void {
    if (round) {
      round.isAnotherDue = true
      return
    }
    const mine = { ended: lookOnce(), isAnotherDue: false }
    round = mine
    void mine.ended.then(() => {
      round = undefined
      if (mine.isAnotherDue && state !== 'retired') look()
    })
  }

  async function lookOnce(): Promise<void> {
    try {
      await renew()
    } catch (error) {
      // The interrupted work may be half done.
      doubt()
      if (!(error instanceof RedisAway))
        log.error({ err: error }, 'the lease of this node could not be renewed')
    }
  }

  const stopHearing = redis.onBack(() => {
    if (state !== 'new') doubt()
    look()
  })
  const timer = setInterval(look, parts.renewEveryMs ?? RENEW_EVERY_MS)
  if (redis.isUp) look()

  return {
    get name() {
      return name
    },
    // Retried with the next renewal, because the cause may persist.
    doubt,
    onRenamed(listener) {
      renamed.add(listener)
      return () => renamed.delete(listener)
    },
    onGone(listener) {
      gone.add(listener)
      return () => gone.delete(listener)
    },
    async retire() {
      state = 'retired'
      clearInterval(timer)
      await round?.ended
      try {
        const [, , present] = (await renewScript([redis.names.leases], [name, RETIRE_MS])) as [
          number,
          string[],
          string[],
        ]
        if (present.every((other) => other === name)) await clear(name)
      } catch {
        // Redis is down: a node that is running when it returns cleans up the name.
      }
    },
    close() {
      state = 'retired'
      clearInterval(timer)
      stopHearing()
    },
  }
}

function newName(): string {
  return randomBytes(12).toString('base64url')
}
