/**
 * The rehearsal's own cluster: node processes over a real PostgreSQL and a real Redis, with a bad network on every
 * link. People connect through proxies, as through a load balancer: a proxy leads to its own node, or to another while
 * that is gone.
 */
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import type { Database } from '@alcove/server/internal/storage/database'
import { migrate } from '@alcove/server/internal/storage/migrate'
import { openPostgres } from '@alcove/server/internal/storage/postgres'
import { findPostgres, findRedisServer } from './processes/binaries.js'
import { CannotRehearse } from './cannot-rehearse.js'
import type { Ended } from './processes/child-process.js'
import { startNodeProcess, type NodeProcess } from './processes/node-process.js'
import { startPostgres, WITHOUT_DISK, type PostgresProcess } from './processes/postgres-process.js'
import type { StoredElsewhere, StoredReaction } from './records.js'
import { startRedis, type RedisProcess } from './processes/redis-process.js'
import { createTrialApp, type TrialApp } from './processes/trial-app.js'
import { startTcpProxy, type TcpProxy } from './tcp-proxy.js'
import { temporaryFolder } from './processes/temporary-folder.js'

const FAULTS = ['--import', new URL('./faulty-node.js', import.meta.url).href]

export interface Seat {
  readonly index: number
  /** The node that sits here now. */
  readonly node: NodeProcess
  /** Between clients and the node. */
  readonly proxy: TcpProxy
  readonly url: string
  readonly redisLink: TcpProxy
  readonly postgresLink: TcpProxy
  /** Starts another node here; the former may still be there. */
  replace(environment?: Record<string, string>): Promise<void>
  /** Starts another node here while the former one is stopping. @returns how that ended */
  handOver(environment?: Record<string, string>): Promise<Ended>
}

export interface Cluster {
  readonly seats: readonly Seat[]
  readonly proxies: readonly string[]
  readonly redis: RedisProcess
  /** Absent when the rehearsal was given somebody else's server. */
  readonly postgres: PostgresProcess | undefined
  /** Around the nodes and their bad network. */
  readonly database: Database
  readonly databaseName: string
  readonly app: TrialApp
  readonly foreignApp: TrialApp
  readDatabase(room: string): Promise<StoredElsewhere[]>
  /** The revs of all its changes, creations and others, in ascending order. */
  readRevs(room: string): Promise<number[]>
  /** A proxy of its own to a seat's node, for people with a bad network. */
  openProxy(index: number): Promise<{ url: string; proxy: TcpProxy }>
  /** All links as they should be. */
  heal(): void
  /** Log lines since the last call that no healthy node writes. */
  takeFaults(): string[]
  close(): Promise<void>
}

export interface ClusterOptions {
  nodes: number
  databaseUrl?: string | undefined
  redisServer?: string | undefined
}

export async function startCluster({ nodes, databaseUrl, redisServer }: ClusterOptions): Promise<Cluster> {
  const redisBinary = redisServer ?? findRedisServer()
  const postgresBinaries = databaseUrl === undefined ? findPostgres() : undefined
  const missing = [
    ...(redisBinary === undefined ? ['redis-server (or --redis-server <path>)'] : []),
    ...(databaseUrl === undefined && postgresBinaries === undefined
      ? ['PostgreSQL 15 or newer (or --database-url <address>)']
      : []),
  ]
  if (missing.length > 0) throw new CannotRehearse(`missing on this machine: ${missing.join(', ')}`)

  const closers: (() => unknown)[] = []
  const owned = <T>(opened: T, close: (opened: T) => unknown): T => {
    closers.unshift(() => close(opened))
    return opened
  }
  async function close(): Promise<void> {
    for (const step of closers.splice(0)) await Promise.resolve(step()).catch(() => {})
  }

  try {
    const redis = owned(await startRedis(redisBinary!), (process) => process.close())
    const postgres =
      postgresBinaries === undefined
        ? undefined
        : owned(await startPostgres(postgresBinaries, WITHOUT_DISK), (process) => process.close())
    const ownUrl = await createDatabase(databaseUrl ?? postgres!.url)
    if (!postgres) owned(ownUrl, (url) => dropDatabase(databaseUrl!, url))
    const database = owned(openPostgres(ownUrl.href), (opened) => opened.close())
    await migrate(database)
    const app = await createTrialApp(database, 'rehearsal')
    const foreignApp = await createTrialApp(database, 'foreign')
    const secret = randomBytes(32).toString('base64url')
    /** Every node so far, with the number of its faults already reported. */
    const told = new Map<NodeProcess, number>()
    const seats: Seat[] = []
    for (let index = 0; index < nodes; index += 1) seats.push(await openSeat(index))

    async function openSeat(index: number): Promise<Seat> {
      const link = async (port: number, isRedis = false) =>
        owned(await startTcpProxy({ target: () => ({ host: '127.0.0.1', port }), isRedis }), (proxy) =>
          proxy.close(),
        )
      const redisLink = await link(redis.port, true)
      const postgresLink = await startTcpProxy({
        target: () => ({ host: ownUrl.hostname, port: Number(ownUrl.port || 5432) }),
      })
      owned(postgresLink, (proxy) => proxy.close())
      const proxy = owned(await startTcpProxy({ target: () => nodeFor(index), isSpread: true }), (proxy) =>
        proxy.close(),
      )
      const viaLink = new URL(ownUrl)
      viaLink.hostname = '127.0.0.1'
      viaLink.port = `${postgresLink.port}`
      const start = async (environment: Record<string, string> = {}) => {
        const started = await startNodeProcess(
          {
            DATABASE_URL: viaLink.href,
            REDIS_URL: `redis://127.0.0.1:${redisLink.port}`,
            ALCOVE_SECRET: secret,
            ALCOVE_DATA_DIR: temporaryFolder('node'),
            ...environment,
          },
          FAULTS,
        )
        told.set(started, 0)
        return owned(started, (process) => process.kill())
      }
      let node = await start()
      return {
        index,
        get node() {
          return node
        },
        proxy,
        url: `http://127.0.0.1:${proxy.port}`,
        redisLink,
        postgresLink,
        async replace(environment) {
          node = await start(environment)
        },
        async handOver(environment) {
          const former = node
          former.signal('SIGTERM')
          node = await start(environment)
          return former.ended
        },
      }
    }

    /** A load balancer: the seat's own node, or the next that runs. */
    function nodeFor(index: number): { host: string; port: number } | undefined {
      const order = [...seats.slice(index), ...seats.slice(0, index)]
      const seat = order.find(({ node }) => node.isRunning && !node.isLeaving)
      return seat && { host: '127.0.0.1', port: seat.node.port }
    }

    return {
      seats,
      proxies: seats.map(({ url }) => url),
      redis,
      postgres,
      database,
      databaseName: ownUrl.pathname.slice(1),
      app,
      foreignApp,
      async readDatabase(room) {
        const rows = await database.query<Omit<StoredElsewhere, 'reactions'> & { counts: string | null }>(
          `select m.id, m.seq, m.rev, m.text, m.reactions::text as counts,
             (select count(*) from reactions who where who.room_key = m.room_key and who.message_id = m.id) as reactors
           from messages m join rooms r on r.key = m.room_key
           where r.app_id = $1 and r.id = $2 order by m.seq`,
          [app.id, room],
        )
        return rows.map(({ counts, ...row }) => ({ ...row, reactions: reactionsIn(counts) }))
      },
      async readRevs(room) {
        const rows = await database.query<{ rev: number }>(
          `with asked as (select key from rooms where app_id = $1 and id = $2)
           select coalesce(m.created_rev, m.rev) as rev from messages m join asked on asked.key = m.room_key
           union all select c.rev from changes c join asked on asked.key = c.room_key order by rev`,
          [app.id, room],
        )
        return rows.map(({ rev }) => rev)
      },
      async openProxy(index) {
        const proxy = owned(await startTcpProxy({ target: () => nodeFor(index), isSpread: true }), (proxy) =>
          proxy.close(),
        )
        return { url: `http://127.0.0.1:${proxy.port}`, proxy }
      },
      heal() {
        for (const seat of seats)
          for (const link of [seat.proxy, seat.redisLink, seat.postgresLink]) link.heal()
      },
      takeFaults: () =>
        [...told].flatMap(([node, count]) => {
          told.set(node, node.faults.length)
          return node.faults.slice(count)
        }),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** @param counts JSON of `[emoji, count][]` */
function reactionsIn(counts: string | null): StoredReaction[] {
  const pairs = JSON.parse(counts ?? '[]') as [emoji: string, count: number][]
  return pairs.map(([emoji, count]) => ({ emoji, count }))
}

async function createDatabase(serverUrl: string): Promise<URL> {
  const url = new URL(serverUrl)
  const name = `alcove_rehearsal_${randomBytes(4).toString('hex')}`
  await administer(serverUrl, `create database ${name}`)
  url.pathname = `/${name}`
  return url
}

const dropDatabase = (serverUrl: string, { pathname }: URL) =>
  administer(serverUrl, `drop database if exists ${pathname.slice(1)} with (force)`)

/** One statement on a connection of its own. */
export async function administer(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
