/** What is wrong with a Redis is said once at start, in one sentence with the line to change; that it is away is not. */
import { randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkRedis, RedisUnusable } from '../src/cluster/check-redis.js'
import { namesOf } from '../src/cluster/keys.js'
import { makeCertificates, type Certificates } from './support/certificates.js'
import { quietPort } from './support/quiet-port.js'
import { HAS_REDIS, openRedis, startRedis, type RedisServer } from './support/redis.js'
import { openRedisCluster, type RedisCluster } from './support/redis-cluster.js'
import { openRedisFailover, type RedisFailover } from './support/redis-failover.js'

const names = namesOf('test')

/** @returns the sentence, or 'fine' */
async function verdictOn(url: string): Promise<string> {
  try {
    await checkRedis(url, names)
    return 'fine'
  } catch (error) {
    if (!(error instanceof RedisUnusable)) throw error
    return error.message
  }
}

describe.skipIf(!HAS_REDIS)('one server', () => {
  let redis: RedisServer
  let socket: string
  beforeAll(async () => {
    socket = join(tmpdir(), `alcove-${randomUUID()}.sock`)
    redis = await openRedis({ args: ['--databases', '4', '--unixsocket', socket] })
  })
  afterAll(() => redis.close())
  const as = (user: string, db = '') => `redis://${user}:pw@127.0.0.1:${redis.port}${db}`

  it('as it comes is fine, and nothing stays in it', async () => {
    expect(await verdictOn(redis.url)).toBe('fine')
    expect(await verdictOn(`${redis.url}/3`)).toBe('fine')
    expect(await verdictOn(`redis+unix://${socket}?db=3`)).toBe('fine')
    expect(await verdictOn(`unix://${socket}?db=4`)).toMatch(/no database 4/)
    expect(await redis.command('DBSIZE')).toBe(0)
    expect(await redis.command('PUBSUB', 'SHARDCHANNELS')).toEqual([])
  })

  it('without the database of the address is refused', async () => {
    expect(await verdictOn(`${redis.url}/4`)).toMatch(
      /no database 4 \(ERR DB index is out of range\).*16 as a rule/,
    )
  })

  it.each([
    ['as the docs say', '~alcove:1:* &alcove:1:* +@all -@dangerous +info', '/2', /^fine$/],
    [
      'no channels',
      '~alcove:1:* +@all',
      '',
      /may not subscribe.*NOPERM.*ACL SETUSER no-channels on '>password' ~alcove:1:\* &alcove:1:\*/,
    ],
    ['other channels', '~alcove:1:* &socket.io* +@all', '', /may not subscribe.*NOPERM/],
    ['no publishing', 'allkeys allchannels +@all -spublish', '', /may not publish.*NOPERM/],
    ['other keys', '~app:* &alcove:1:* +@all', '', /may not write under alcove:1.*(NOPERM|ACL)/],
    ['reading only', '%R~alcove:1:* &alcove:1:* +@all', '', /may not write/],
    ['no scripts', 'allkeys allchannels +@all -@scripting', '', /may not write under alcove:1.*NOPERM/],
    ['no info', 'allkeys allchannels +@all -info', '', /may not ask how Redis is.*\+info/],
    ['no select', 'allkeys allchannels +@all -select', '/2', /may not use the database 2.*NOPERM/],
  ])('a user with %s', async (name, rights, db, verdict) => {
    const user = name.replaceAll(' ', '-')
    await redis.command('ACL', 'SETUSER', user, 'on', '>pw', ...rights.split(' '))
    const sentence = await verdictOn(as(user, db))
    expect(sentence).toMatch(verdict)
    expect(sentence).not.toMatch(/\n|pw/)
  })

  it('that refuses the password, or wants one, says so', async () => {
    expect(await verdictOn(as('nobody'))).toMatch(
      /refused the password \(WRONGPASS.*Correct user and password in REDIS_URL/,
    )
    expect(await verdictOn(`redis://:pw@127.0.0.1:${redis.port}`)).toMatch(
      /has no password and REDIS_URL has one/,
    )
    const closed = await startRedis()
    await closed.command('CONFIG', 'SET', 'requirepass', 'open sesame')
    expect(await verdictOn(closed.url)).toMatch(/wants a password \(NOAUTH.*Add user and password/)
    expect(await verdictOn(`redis://:open%20sesame@127.0.0.1:${closed.port}`)).toBe('fine')
  })

  it.each([
    [['SSUBSCRIBE'], /no command SSUBSCRIBE.*Redis 7 or newer/],
    [['SPUBLISH'], /no command SPUBLISH.*Redis 7 or newer/],
    [['EVAL', 'EVALSHA'], /no command EVAL.*rename-command/],
    [['HELLO'], /does not know HELLO.*Redis 7 or newer/],
  ])('without %s is refused', async (commands, sentence) => {
    const poor = await startRedis({ args: commands.flatMap((name) => ['--rename-command', name, '']) })
    expect(await verdictOn(poor.url)).toMatch(sentence)
  })

  it('that is a read-only replica is refused', async () => {
    const replica = await startRedis({ args: ['--replicaof', '127.0.0.1', `${redis.port}`] })
    expect(await verdictOn(replica.url)).toMatch(/read-only replica.*should name the master/)
  })

  it('that is away, full, or cannot save is no mistake: the node starts without it', async () => {
    expect(await verdictOn(`redis://127.0.0.1:${await quietPort()}`)).toBe('fine')
    expect(await verdictOn(`redis+unix:///nowhere/redis.sock`)).toBe('fine')
    await redis.command('CONFIG', 'SET', 'maxmemory', '1')
    expect(await verdictOn(redis.url)).toBe('fine')
    await redis.command('CONFIG', 'SET', 'maxmemory', '0')
    const crowded = await startRedis({ args: ['--maxclients', '1'] })
    const one = new Redis(crowded.url)
    one.on('error', () => {})
    await one.ping()
    expect(await verdictOn(crowded.url)).toBe('fine')
    one.disconnect()
  })
})

describe.skipIf(!HAS_REDIS)('over TLS', () => {
  let made: Certificates
  let redis: RedisServer
  let tlsPort: number
  beforeAll(async () => {
    made = makeCertificates()
    tlsPort = await quietPort()
    const tls = {
      'tls-port': `${tlsPort}`,
      'tls-cert-file': made.cert,
      'tls-key-file': made.key,
      'tls-ca-cert-file': made.ca,
    }
    redis = await openRedis({
      args: [
        ...Object.entries(tls).flatMap(([name, value]) => [`--${name}`, value]),
        '--tls-auth-clients',
        'no',
      ],
    })
  })
  afterAll(async () => {
    await redis.close()
    made.remove()
  })

  it('with the authority it is fine, without it the sentence says how to name it', async () => {
    expect(await verdictOn(`rediss://localhost:${tlsPort}/0?ca=${made.ca}`)).toBe('fine')
    expect(await verdictOn(`rediss://localhost:${tlsPort}`)).toMatch(
      /certificate is not trusted.*NODE_EXTRA_CA_CERTS.*\?ca=/,
    )
  })

  it('a plain address at the port of TLS, and the reverse, each get their own error', async () => {
    expect(await verdictOn(`redis://localhost:${tlsPort}`)).toMatch(/wants TLS.*begin with rediss/)
    expect(await verdictOn(`rediss://localhost:${redis.port}`)).toMatch(/asks for TLS and this port has none/)
  })

  it('a server that wants a certificate of ours says so, and gets it', async () => {
    await redis.command('CONFIG', 'SET', 'tls-auth-clients', 'yes')
    const url = `rediss://localhost:${tlsPort}?ca=${made.ca}`
    expect(await verdictOn(url)).toMatch(/wants a certificate of ours.*\?cert=/)
    expect(await verdictOn(`${url}&cert=${made.cert}&key=${made.key}`)).toBe('fine')
    await redis.command('CONFIG', 'SET', 'tls-auth-clients', 'no')
  })
})

describe.skipIf(!HAS_REDIS)('several servers', () => {
  let cluster: RedisCluster
  let group: RedisFailover
  beforeAll(async () => {
    ;[cluster, group] = await Promise.all([openRedisCluster(), openRedisFailover()])
  })
  afterAll(() => Promise.all([cluster.close(), group.close()]))

  it('a cluster and a group are fine, also where the first one named is away', async () => {
    expect(await verdictOn(cluster.url)).toBe('fine')
    expect(await verdictOn(cluster.url.replace('//', `//127.0.0.1:${await quietPort()},`))).toBe('fine')
    expect(await verdictOn(group.url)).toBe('fine')
  })

  it('an address of another kind is named as what answers', async () => {
    expect(await verdictOn(cluster.servers[0]!.url)).toMatch(/is a Redis Cluster.*redis\+cluster:/)
    const one = await startRedis()
    expect(await verdictOn(one.url.replace('redis:', 'redis+cluster:'))).toMatch(/a server of its own/)
    expect(await verdictOn(`${one.url.replace('redis:', 'redis+sentinel:')}/alcove`)).toMatch(
      /a server of its own/,
    )
    expect(await verdictOn(group.url.replace(/,.*/, '').replace('+sentinel', ''))).toMatch(/is a sentinel/)
    expect(await verdictOn(group.url.replace(/alcove$/, 'other'))).toMatch(/know no group "other"/)
  })
})
