/**
 * Checks once, before anybody is served, whether Redis meets the nodes' needs: version, permissions, sharded pub/sub, a
 * writable endpoint. A configuration error is reported in one sentence with the correction. A Redis that does not
 * answer is not an error: the node starts without it (docs/cluster.md).
 */
import { ExpectedFailure } from '../errors/expected-failure.js'
import { randomUUID } from 'node:crypto'
import { connect as connectTls } from 'node:tls'
import { Redis } from 'ioredis'
import { PREFIX, type RedisNames } from './keys.js'
import { inTime } from './in-time.js'
import {
  parseRedisUrl,
  type Credentials,
  type HostPort,
  type RedisAddress,
  type Tls,
} from './redis-address.js'
import { PROBE } from './probe.js'
import { isReply, meaningOf } from './redis-replies.js'

/** @param message "unable to use Redis; reason. What to do" */
export class RedisUnusable extends ExpectedFailure {
  override readonly name = 'RedisUnusable'
}

/** Redis is unreachable, or reports that it cannot serve now. */
class NotThere extends Error {}

const ANSWER_WITHIN_MS = 2_000
const OLDEST_VERSION = 7

type Endpoint = HostPort | { path: string }
/** One server to check: its address, its options, and the user. */
interface Server {
  endpoint: Endpoint
  tls: Tls | undefined
  credentials: Credentials
}

/** @throws RedisUnusable */
export async function checkRedis(url: string, names: RedisNames): Promise<void> {
  const address = parseRedisUrl(url)
  const { credentials, tls } = address
  switch (address.kind) {
    case 'single':
      return firstOf([address.at], (endpoint) => checkServer({ endpoint, tls, credentials }, address, names))
    case 'cluster':
      return firstOf(address.nodes, (endpoint) => checkServer({ endpoint, tls, credentials }, address, names))
    case 'sentinel':
      return firstOf(address.sentinels, async (sentinel) => {
        const endpoint = await askSentinel(
          { endpoint: sentinel, tls, credentials: address.sentinelCredentials },
          address.name,
        )
        await checkServer({ endpoint, tls, credentials }, address, names)
      })
  }
}

async function firstOf<P>(endpoints: readonly P[], check: (endpoint: P) => Promise<void>): Promise<void> {
  for (const endpoint of endpoints) {
    try {
      return await check(endpoint)
    } catch (error) {
      if (!(error instanceof NotThere)) throw error
    }
  }
}

async function askSentinel(server: Server, name: string): Promise<HostPort> {
  return withServer(server, async (ask) => {
    await greet(server, ask, 'sentinel')
    const found = (await ask('SENTINEL', 'get-master-addr-by-name', name)) as string[] | null
    if (!found)
      throw unusable(
        `the sentinels know no group ${JSON.stringify(name)}`,
        'The name at the end of REDIS_URL should be that of "sentinel monitor"',
      )
    return { host: found[0]!, port: Number(found[1]) }
  })
}

async function checkServer(server: Server, address: RedisAddress, names: RedisNames): Promise<void> {
  const rights = `Give it: ACL SETUSER ${server.credentials.username ?? 'default'} on '>password' ~${PREFIX}:* &${PREFIX}:* +@all -@dangerous +info`
  await withServer(server, async (ask, listen) => {
    const isCluster = address.kind === 'cluster'
    const kind = isCluster ? 'cluster' : 'standalone'
    await greet(server, ask, kind)
    const must = async (what: string, command: [string, ...string[]], asked = ask) => {
      try {
        return await asked(...command)
      } catch (error) {
        if (!isReply(error)) throw error
        if (/^(MOVED|ASK) /.test(error.message)) return undefined
        if (/^(NOPERM|ERR ACL failure)/.test(error.message))
          throw unusable(`its user may not ${what} (${error.message})`, rights)
        if (/^ERR unknown command/i.test(error.message))
          throw unusable(
            `it has no command ${command[0]}`,
            `Alcove needs Redis ${OLDEST_VERSION} or newer with all its commands: look for rename-command in redis.conf`,
          )
        if (address.kind !== 'sentinel' && error.message.startsWith('READONLY'))
          throw unusable(
            'the server of REDIS_URL is a read-only replica',
            'REDIS_URL should name the master, or sentinels, which know it',
          )
        // This may be temporary: the node starts, and /readyz reports what it cannot do.
        if (meaningOf(error) !== 'fault') return undefined
        throw unusable(
          `${command[0]} is answered with ${error.message}`,
          'See docs/cluster.md for what it needs',
        )
      }
    }
    if ('db' in address && address.db > 0) {
      const { db } = address
      await must(`use the database ${db}`, ['SELECT', String(db)]).catch((error: unknown) => {
        if (!(error instanceof RedisUnusable) || !error.message.includes('answered with')) throw error
        throw unusable(
          `it has no database ${db} (${error.message.replace(/^.*answered with |\. See.*$/g, '')})`,
          'The number in REDIS_URL should be below "databases" of redis.conf, 16 as a rule',
        )
      })
    }
    await must('ask how Redis is', ['INFO', 'server'])
    await must(`write under ${PREFIX}`, ['EVAL', PROBE, '1', names.probe])
    const channel = `${names.probe}#${randomUUID()}`
    const heard = listen(channel)
    await must(`subscribe to ${PREFIX}`, ['SSUBSCRIBE', channel])
    await withServer(server, async (askOther) => {
      await greet(server, askOther, kind)
      const published = await must(`publish to ${PREFIX}`, ['SPUBLISH', channel, 'x'], askOther)
      if (published === undefined || isCluster) return
      await inTime(heard, ANSWER_WITHIN_MS).catch(() => {
        throw unusable(
          'what is published does not arrive',
          'Between Alcove and Redis should be no proxy that does not know sharded pub/sub',
        )
      })
    })
  })
}

type Ask = (...command: [string, ...string[]]) => Promise<unknown>

/** Our user, and the kind and version of the server that answers. */
async function greet(
  server: Server,
  ask: Ask,
  expected: 'standalone' | 'cluster' | 'sentinel',
): Promise<void> {
  const { username, password } = server.credentials
  const whose = expected === 'sentinel' ? 'the sentinels' : 'Redis'
  const parameter =
    expected === 'sentinel'
      ? 'the parameters sentinelUsername and sentinelPassword of REDIS_URL'
      : 'user and password in REDIS_URL'
  try {
    if (password !== undefined)
      await ask('AUTH', ...(username === undefined ? [password] : [username, password]))
    else if (username !== undefined)
      throw unusable(
        'REDIS_URL has a user without a password',
        'It should be as in redis://user:password@host:6379',
      )
    const hello = (await ask('HELLO')) as unknown[]
    const said = new Map(
      hello.flatMap((name, index) => (index % 2 ? [] : [[String(name), String(hello[index + 1])] as const])),
    )
    checkKind(said.get('mode') ?? '', expected)
    const version = said.get('version') ?? ''
    if (expected !== 'sentinel' && /^\d/.test(version) && Number.parseInt(version, 10) < OLDEST_VERSION)
      throw unusable(`it is Redis ${version}`, `Alcove needs Redis ${OLDEST_VERSION} or newer`)
  } catch (error) {
    if (!isReply(error)) throw error
    const words = error.message
    if (/^WRONGPASS/.test(words))
      throw unusable(`${whose} refused the password (${words})`, `Correct ${parameter}`)
    if (/^NOAUTH/.test(words))
      throw unusable(
        `${whose} want${expected === 'sentinel' ? '' : 's'} a password (${words})`,
        `Add ${parameter}`,
      )
    if (/without any password configured|no password is set/.test(words))
      throw unusable(
        `${whose} has no password and REDIS_URL has one`,
        `Set one there (requirepass), or take it out of REDIS_URL`,
      )
    if (/^DENIED/.test(words))
      throw unusable(
        'Redis is in protected mode and answers only to its own machine',
        'Give it a password (requirepass, or an ACL user) and put it into REDIS_URL',
      )
    if (/unknown command/i.test(words))
      throw unusable(
        'it does not know HELLO',
        `Alcove needs Redis ${OLDEST_VERSION} or newer with all its commands`,
      )
    if (meaningOf(error) === 'away') throw new NotThere(words)
  }
}

function checkKind(found: string, expected: 'standalone' | 'cluster' | 'sentinel'): void {
  if (found === expected || found === '') return
  const form = {
    standalone: 'redis://host:6379',
    cluster: 'redis+cluster://host1:6379,host2:6379',
    sentinel: 'redis+sentinel://host1:26379,host2:26379/name',
  }
  const answers = { standalone: 'a server of its own', cluster: 'a Redis Cluster', sentinel: 'a sentinel' }
  if (found in form)
    throw unusable(
      `who answers is ${answers[found as keyof typeof form]}`,
      `REDIS_URL should be as in ${form[found as keyof typeof form]}`,
    )
}

function unusable(reason: string, remedy: string): RedisUnusable {
  return new RedisUnusable(`unable to use Redis; ${reason}. ${remedy}.`.replace(/\s+/g, ' '))
}

/** A connection without the client's own handshake, so that every answer is for us. */
async function withServer<T>(
  server: Server,
  use: (ask: Ask, listen: (channel: string) => Promise<unknown>) => Promise<T>,
): Promise<T> {
  const client = new Redis({
    ...server.endpoint,
    ...(server.tls && { tls: server.tls }),
    lazyConnect: true,
    retryStrategy: null,
    enableReadyCheck: false,
    disableClientInfo: true,
    maxRetriesPerRequest: 0,
    connectTimeout: ANSWER_WITHIN_MS,
  })
  let fault: Error | undefined
  client.on('error', (error: Error) => (fault ??= error))
  const ask: Ask = async (name, ...args) => {
    try {
      return await inTime(client.call(name.toLowerCase(), ...args), ANSWER_WITHIN_MS)
    } catch (error) {
      if (isReply(error)) throw error
      throw await reasonOf(server, fault ?? (error as Error))
    }
  }
  const listen = (channel: string) =>
    new Promise((heard) => client.on('smessage', (where: string) => where === channel && heard(undefined)))
  try {
    await client.connect().catch(async (error: unknown) => {
      throw await reasonOf(server, fault ?? (error as Error))
    })
    return await use(ask, listen)
  } finally {
    client.disconnect()
  }
}

/** Why there is no answer: nobody is listening, or the two sides speak different protocols. */
async function reasonOf({ endpoint, tls }: Server, fault: Error): Promise<Error> {
  const code = String((fault as NodeJS.ErrnoException).code ?? '')
  if (code === 'EACCES')
    return unusable(
      `its socket may not be opened (${fault.message})`,
      'Give this process the group of the socket, or set unixsocketperm 770',
    )
  if (/^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ENOENT)$/.test(code))
    return new NotThere(fault.message)
  if ('path' in endpoint) return new NotThere(fault.message)
  if (tls && /CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE/i.test(`${code} ${fault.message}`))
    return unusable(
      `it wants a certificate of ours (${fault.message})`,
      'Add ?cert=/path/to/cert.pem&key=/path/to/key.pem to REDIS_URL, or set tls-auth-clients no there',
    )
  if (tls && /CERT|SELF_SIGNED|UNABLE_TO_|ALTNAME/.test(code))
    return unusable(
      `its certificate is not trusted (${code}: ${fault.message})`,
      'Name the authority: NODE_EXTRA_CA_CERTS=/path/to/ca.pem, or ?ca=/path/to/ca.pem in REDIS_URL',
    )
  if (tls && (await speaksPlainly(endpoint)))
    return unusable(
      'REDIS_URL asks for TLS and this port has none',
      'REDIS_URL should begin with redis, not rediss, or name the TLS port',
    )
  if (!tls && (await speaksTls(endpoint)))
    return unusable('this port wants TLS', 'REDIS_URL should begin with rediss instead of redis')
  return new NotThere(fault.message)
}

async function speaksPlainly(endpoint: HostPort): Promise<boolean> {
  const client = new Redis({
    ...endpoint,
    lazyConnect: true,
    retryStrategy: null,
    enableReadyCheck: false,
    disableClientInfo: true,
    connectTimeout: ANSWER_WITHIN_MS,
  })
  client.on('error', () => {})
  try {
    await client.connect()
    await inTime(client.ping(), ANSWER_WITHIN_MS)
    return true
  } catch (error) {
    return isReply(error)
  } finally {
    client.disconnect()
  }
}

/** Accepts any certificate, because nothing is sent. */
function speaksTls(endpoint: HostPort): Promise<boolean> {
  return new Promise((answer) => {
    const socket = connectTls({ ...endpoint, rejectUnauthorized: false, timeout: ANSWER_WITHIN_MS })
    const end = (speaks: boolean) => {
      socket.destroy()
      answer(speaks)
    }
    socket.once('secureConnect', () => end(true))
    socket.once('timeout', () => end(false))
    socket.once('error', () => end(false))
  })
}
