/** A Redis Cluster of three masters, with a replica each when asked for, whose slots can be moved while it is in use. */
import { expect, onTestFinished } from 'vitest'
import { until } from './client.js'
import { quietPort } from './quiet-port.js'
import { openRedis, roleOf, type RedisServer } from './redis.js'

const MASTERS = 3
const SLOTS = 16_384
/** While it forms, and when a dead master is to be noticed. */
const NOTICE_WITHIN_MS = 1_000
/** A machine so busy that a live server is silent for seconds must not cost it its place. Servers gossip twice in it. */
const PATIENCE_MS = 10_000
const MIGRATE_TIMEOUT_MS = 5_000

export interface RedisCluster {
  /** `redis+cluster://…` with every server. */
  url: string
  /** Three masters, then their replicas in the same order. */
  servers: readonly RedisServer[]
  /** Index of the server that has this key's slot now. */
  ownerOf(key: string): Promise<{ slot: number; owner: number }>
  /** Kills a master; resolves once its replica has taken over. @param index of a master */
  failover(index: number): Promise<void>
  /** With its keys; `from` and `to` are indexes of masters. Resolves once every server knows. */
  moveSlot(slot: number, from: number, to: number): Promise<void>
  close(): Promise<void>
}

export interface RedisClusterOptions {
  withReplicas?: boolean
}

/** Killed with the test. */
export async function startRedisCluster(options: RedisClusterOptions = {}): Promise<RedisCluster> {
  const cluster = await openRedisCluster(options)
  onTestFinished(() => cluster.close())
  return cluster
}

/** For `beforeAll`; the caller closes it. */
export async function openRedisCluster({
  withReplicas = false,
}: RedisClusterOptions = {}): Promise<RedisCluster> {
  const servers = await Promise.all(Array.from({ length: withReplicas ? 2 * MASTERS : MASTERS }, openMember))
  const ids = await Promise.all(servers.map(({ command }) => command('CLUSTER', 'MYID') as Promise<string>))
  const close = async () => {
    await Promise.all(servers.map((server) => server.close()))
  }
  const setPatience = (ms: number) =>
    Promise.all(servers.map(({ command }) => command('CONFIG', 'SET', 'cluster-node-timeout', ms)))
  try {
    await form(servers, ids)
    await setPatience(PATIENCE_MS)
  } catch (error) {
    await close()
    throw error
  }

  const knownOwner = async (server: RedisServer, slot: number) => {
    const ranges = (await server.command('CLUSTER', 'SLOTS')) as [number, number, [string, number, string]][]
    const range = ranges.find(([first, last]) => first <= slot && slot <= last)
    return ids.indexOf(range?.[2][2] ?? '')
  }

  return {
    url: `redis+cluster://${servers.map(({ port }) => `127.0.0.1:${port}`).join(',')}`,
    servers,
    async ownerOf(key) {
      const slot = (await servers[0]!.command('CLUSTER', 'KEYSLOT', key)) as number
      return { slot, owner: await knownOwner(servers[0]!, slot) }
    },
    async failover(index) {
      await setPatience(NOTICE_WITHIN_MS)
      await servers[index]!.kill()
      await until(async () => expect((await roleOf(servers[index + MASTERS]!))[0]).toBe('master'))
    },
    async moveSlot(slot, from, to) {
      const [source, target] = [servers[from]!, servers[to]!]
      await target.command('CLUSTER', 'SETSLOT', slot, 'IMPORTING', ids[from]!)
      await source.command('CLUSTER', 'SETSLOT', slot, 'MIGRATING', ids[to]!)
      await moveKeys(slot, source, target)
      // The new owner first: were it the last to know, both would send clients to the other.
      for (const server of [target, source])
        await server.command('CLUSTER', 'SETSLOT', slot, 'NODE', ids[to]!)
      await until(async () => {
        for (const server of servers) expect(await knownOwner(server, slot)).toBe(to)
      })
    },
    close,
  }
}

async function openMember(): Promise<RedisServer> {
  const busPort = await quietPort()
  const settings = {
    'cluster-enabled': 'yes',
    'cluster-node-timeout': `${NOTICE_WITHIN_MS}`,
    'cluster-port': `${busPort}`,
  }
  return openRedis({ args: Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]) })
}

async function form(servers: readonly RedisServer[], ids: readonly string[]): Promise<void> {
  const [masters, replicas] = [servers.slice(0, MASTERS), servers.slice(MASTERS)]
  const share = Math.ceil(SLOTS / MASTERS)
  for (const [index, { command }] of masters.entries()) {
    await command('CLUSTER', 'SET-CONFIG-EPOCH', index + 1)
    const last = Math.min((index + 1) * share, SLOTS) - 1
    await command('CLUSTER', 'ADDSLOTSRANGE', index * share, last)
  }
  for (const { command, port } of servers.slice(1)) {
    const [, busPort] = (await command('CONFIG', 'GET', 'cluster-port')) as string[]
    await servers[0]!.command('CLUSTER', 'MEET', '127.0.0.1', port, busPort!)
  }
  await until(async () => {
    for (const server of servers) {
      const info = String(await server.command('CLUSTER', 'INFO'))
      expect(info).toContain(`cluster_known_nodes:${servers.length}`)
      expect(info).toContain('cluster_state:ok')
    }
  })
  for (const [index, { command }] of replicas.entries()) await command('CLUSTER', 'REPLICATE', ids[index]!)
  await until(async () => {
    for (const replica of replicas) expect((await roleOf(replica))[3]).toBe('connected')
  })
}

async function moveKeys(slot: number, source: RedisServer, target: RedisServer): Promise<void> {
  for (;;) {
    const keys = (await source.command('CLUSTER', 'GETKEYSINSLOT', slot, 100)) as string[]
    if (keys.length === 0) return
    const destination = ['127.0.0.1', target.port, '', 0, MIGRATE_TIMEOUT_MS]
    await source.command('MIGRATE', ...destination, 'KEYS', ...keys)
  }
}
