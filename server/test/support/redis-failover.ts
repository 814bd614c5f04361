/** A master, its replica and three sentinels that notice a dead master within a second, when it is to be noticed. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { until } from './client.js'
import { quietPort } from './quiet-port.js'
import { openRedis, roleOf, runRedis, type RedisServer } from './redis.js'

const MASTER = 'alcove'
const SENTINELS = 3
const QUORUM = 2
const NOTICE_WITHIN_MS = 1_000
/** A sentinel that finds itself standing still for 2 s trusts nothing it sees for another 30. */
const ELECTED_WITHIN_MS = 90_000
/** Longer than any test: a machine so busy that a live master is silent for a second must not cost it its place. */
const PATIENCE_MS = 600_000

export interface RedisFailover {
  /** Of the sentinels: `redis+sentinel://…/alcove`. */
  url: string
  /** Kills the master; resolves once every sentinel names the new one. The dead one comes back with `rejoin`. */
  failover(): Promise<void>
  /** Starts the one killed last; resolves once it is the replica, and every sentinel would elect it. */
  rejoin(): Promise<void>
  /** Of the server that is master now. */
  command(...args: (string | number)[]): Promise<unknown>
  close(): Promise<void>
}

/** Killed with the test. */
export async function startRedisFailover(): Promise<RedisFailover> {
  const group = await openRedisFailover()
  onTestFinished(() => group.close())
  return group
}

/** For `beforeAll`; the caller closes it. */
export async function openRedisFailover(): Promise<RedisFailover> {
  const directory = await mkdtemp(join(tmpdir(), 'alcove-sentinels-'))
  const closers: (() => Promise<unknown>)[] = [() => rm(directory, { recursive: true, force: true })]
  const close = async () => {
    for (const closeOne of closers.splice(0).reverse()) await closeOne()
  }
  try {
    return { ...(await openGroup(directory, closers)), close }
  } catch (error) {
    await close()
    throw error
  }
}

async function openGroup(
  directory: string,
  closers: (() => Promise<unknown>)[],
): Promise<Omit<RedisFailover, 'close'>> {
  const openServer = async (args: readonly string[] = []) => {
    const server = await openRedis({ args: ['--repl-diskless-sync-delay', '0', ...args] })
    closers.push(() => server.close())
    return server
  }
  let master = await openServer()
  let replica = await openServer(['--replicaof', '127.0.0.1', `${master.port}`])
  await isReplicaOf(replica, master)

  const sentinels: Omit<RedisServer, 'close'>[] = []
  while (sentinels.length < SENTINELS) {
    const sentinel = await startSentinel(directory, master)
    closers.push(() => sentinel.kill())
    sentinels.push(sentinel)
  }
  // Before they know each other and the replica, none of them can elect.
  await until(async () => {
    for (const { command } of sentinels) {
      expect(await command('SENTINEL', 'sentinels', MASTER)).toHaveLength(SENTINELS - 1)
      expect(await command('SENTINEL', 'replicas', MASTER)).toHaveLength(1)
    }
  }, ELECTED_WITHIN_MS)

  const sayToAll = (...args: string[]) =>
    Promise.all(sentinels.map(({ command }) => command('SENTINEL', ...args)))
  const setPatience = (ms: number) => sayToAll('SET', MASTER, 'down-after-milliseconds', `${ms}`)

  return {
    url: `redis+sentinel://${sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',')}/${MASTER}`,
    async failover() {
      await setPatience(NOTICE_WITHIN_MS)
      await master.kill()
      ;[master, replica] = [replica, master]
      await until(async () => {
        for (const { command } of sentinels) {
          const address = await command('SENTINEL', 'get-master-addr-by-name', MASTER)
          expect(address).toEqual(['127.0.0.1', `${master.port}`])
        }
        expect((await roleOf(master))[0]).toBe('master')
      }, ELECTED_WITHIN_MS)
      await setPatience(PATIENCE_MS)
    },
    async rejoin() {
      await replica.restart()
      // It comes back as it was started; the sentinels would correct it, but only after some ten seconds.
      await replica.command('REPLICAOF', '127.0.0.1', master.port)
      await isReplicaOf(replica, master)
      await until(async () => {
        for (const { command } of sentinels) {
          const [listed] = (await command('SENTINEL', 'replicas', MASTER)) as string[][]
          expect(fieldsOf(listed!)).toMatchObject({ flags: 'slave', 'master-link-status': 'ok' })
        }
      }, ELECTED_WITHIN_MS)
    },
    command: (...args) => master.command(...args),
  }
}

/** A sentinel writes into its own configuration. */
async function startSentinel(directory: string, master: RedisServer): Promise<Omit<RedisServer, 'close'>> {
  const port = await quietPort()
  const file = join(directory, `${port}.conf`)
  const lines = [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${directory}`,
    `sentinel monitor ${MASTER} 127.0.0.1 ${master.port} ${QUORUM}`,
    `sentinel down-after-milliseconds ${MASTER} ${PATIENCE_MS}`,
    `sentinel failover-timeout ${MASTER} 3000`,
  ]
  await writeFile(file, `${lines.join('\n')}\n`)
  const sentinel = runRedis(port, [file, '--sentinel'])
  await sentinel.restart()
  return sentinel
}

const isReplicaOf = (replica: RedisServer, master: RedisServer) =>
  until(
    async () =>
      expect((await roleOf(replica)).slice(0, 4)).toEqual(['slave', '127.0.0.1', master.port, 'connected']),
    ELECTED_WITHIN_MS,
  )

/** Of an answer that names each value before it. */
const fieldsOf = (flat: readonly string[]): Record<string, string> =>
  Object.fromEntries(flat.flatMap((name, index) => (index % 2 ? [] : [[name, flat[index + 1]!]])))
