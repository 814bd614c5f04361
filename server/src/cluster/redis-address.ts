/**
 * `REDIS_URL` in its forms: one server, over TCP, TLS or a Unix socket; a failover group behind sentinels; a Redis
 * Cluster. Errors name the value and the rule, but never the password.
 */
import { readFileSync } from 'node:fs'

export type RedisAddress =
  | { kind: 'single'; at: HostPort | { path: string }; db: number; credentials: Credentials; tls?: Tls }
  | {
      kind: 'sentinel'
      sentinels: HostPort[]
      name: string
      db: number
      credentials: Credentials
      /** Credentials of the sentinels themselves. */
      sentinelCredentials: Credentials
      tls?: Tls
    }
  | { kind: 'cluster'; nodes: HostPort[]; credentials: Credentials; tls?: Tls }

export interface HostPort {
  host: string
  port: number
}

export interface Credentials {
  username?: string
  password?: string
}

/** By default, Node's list of authorities, which `NODE_EXTRA_CA_CERTS` extends, and no client certificate. */
export interface Tls {
  ca?: string
  cert?: string
  key?: string
}

const SENTINEL_PORT = 26_379
const REDIS_PORT = 6_379
/** Redis has 16 databases by default. No sensible configuration has more than this. */
const MAX_DB = 100_000

const FORMS =
  'redis://host:6379, redis+unix:///path/to/redis.sock, redis+sentinel://host1:26379,host2:26379/mymaster or redis+cluster://host1:6379,host2:6379, with rediss for TLS'

const PARAMETERS = {
  single: ['db', 'ca', 'cert', 'key'],
  unix: ['db'],
  sentinel: ['db', 'ca', 'cert', 'key', 'sentinelUsername', 'sentinelPassword'],
  cluster: ['ca', 'cert', 'key'],
}

/** @throws Error "an address such as …" or what is wrong with this one, to follow "REDIS_URL should be" */
export function parseRedisUrl(url: string): RedisAddress {
  const match =
    /^(redis|rediss|unix)(?:\+(sentinel|cluster|unix))?:\/\/(?:([^@/?#]*)@)?([^@/?#]*)(\/[^@?#]*)?(?:\?([^@#]*))?$/.exec(
      url,
    )
  const [, scheme, group, userInfo, hosts = '', path = '', query] = match ?? []
  const isSocket = group === 'unix' || (scheme === 'unix' && group === undefined)
  if (!match || (scheme === 'unix' && group !== undefined) || (scheme === 'rediss' && isSocket))
    throw new Error(
      `an address such as ${FORMS}; a password with one of @ / ? # in it has them as %40 %2F %3F %23`,
    )
  const kind = isSocket ? 'unix' : group === 'sentinel' || group === 'cluster' ? group : 'single'
  const parameters = parseParameters(query, PARAMETERS[kind])
  const credentials = parseCredentials(userInfo)
  const tls = tlsOf(scheme === 'rediss', parameters)
  const isNamed = userInfo !== undefined
  const common = { credentials, ...(tls && { tls }) }

  switch (kind) {
    case 'unix':
      if (hosts !== '' || path.length < 2)
        throw new Error(
          'redis+unix:// and the whole path of the socket, as in redis+unix:///run/redis/redis.sock',
        )
      return { kind: 'single', at: { path: decode(path, 'the path') }, db: parseDb(parameters.db), ...common }
    case 'cluster':
      if (path.length > 1 && path !== '/0')
        throw new Error(`an address without ${show(path)}: a Redis Cluster has only the database 0`)
      return { kind, nodes: parseHosts(hosts, REDIS_PORT, isNamed), ...common }
    case 'sentinel': {
      const [name = '', db, ...more] = path.slice(1).split('/')
      if (name === '' || more.length > 0)
        throw new Error(
          'a sentinel address that ends with the name of the group, as in redis+sentinel://host1:26379,host2:26379/mymaster',
        )
      return {
        kind,
        sentinels: parseHosts(hosts, SENTINEL_PORT, isNamed),
        name: decode(name, 'the name of the group'),
        db: parseDb(db ?? parameters.db),
        sentinelCredentials: {
          ...(parameters.sentinelUsername && { username: parameters.sentinelUsername }),
          ...(parameters.sentinelPassword && { password: parameters.sentinelPassword }),
        },
        ...common,
      }
    }
    case 'single': {
      const [at, ...more] = parseHosts(hosts, REDIS_PORT, isNamed)
      if (!at || more.length > 0)
        throw new Error(
          `redis+sentinel:// or redis+cluster:// where it names several hosts; redis:// has one`,
        )
      return { kind, at, db: parseDb(path.length > 1 ? path.slice(1) : parameters.db), ...common }
    }
  }
}

function parseDb(text: string | undefined): number {
  if (text === undefined) return 0
  if (!/^\d+$/.test(text) || Number(text) > MAX_DB)
    throw new Error(`an address whose database is a number, as in redis://host:6379/0; it is ${show(text)}`)
  return Number(text)
}

/** @param isNamed the text is not a misplaced password, because the credentials are given elsewhere */
function parseHosts(list: string, defaultPort: number, isNamed: boolean): HostPort[] {
  return list.split(',').map((entry) => {
    const match = /^(\[[\da-fA-F:.%]+\]|[^:[\]\s]+)(?::(\d{1,5}))?$/.exec(entry)
    if (!match?.[1] || Number(match[2] ?? 1) > 65_535 || Number(match[2] ?? 1) === 0)
      throw new Error(
        `an address in which each host is host:port; ${isNamed ? show(entry) : 'one of them'} is not`,
      )
    return { host: match[1].replace(/^\[|\]$/g, ''), port: Number(match[2] ?? defaultPort) }
  })
}

function parseCredentials(userInfo: string | undefined): Credentials {
  if (!userInfo) return {}
  const [username = '', ...rest] = userInfo.split(':')
  return {
    ...(username && { username: decode(username, 'the user name') }),
    ...(rest.length > 0 && { password: decode(rest.join(':'), 'the password') }),
  }
}

function parseParameters(
  query: string | undefined,
  known: readonly string[],
): Record<string, string | undefined> {
  const parameters: Record<string, string> = {}
  for (const part of query ? query.split('&') : []) {
    const [name = '', ...value] = part.split('=')
    if (!known.includes(name))
      throw new Error(`an address without the parameter ${show(name)}; it may have ${known.join(', ')}`)
    parameters[name] = decode(value.join('='), `the parameter ${name}`)
  }
  return parameters
}

function tlsOf(isOn: boolean, parameters: Record<string, string | undefined>): Tls | undefined {
  const files = (['ca', 'cert', 'key'] as const).filter((name) => parameters[name] !== undefined)
  if (!isOn && files[0] !== undefined)
    throw new Error(`rediss for TLS where it has the parameter ${files[0]}`)
  if (!isOn) return undefined
  if ((parameters.cert === undefined) !== (parameters.key === undefined))
    throw new Error('an address with both of cert and key, or none of them')
  return Object.fromEntries(files.map((name) => [name, readPem(name, parameters[name]!)]))
}

function readPem(name: string, file: string): string {
  try {
    const text = readFileSync(file, 'utf8')
    if (text.includes('-----BEGIN')) return text
  } catch (error) {
    throw new Error(
      `an address whose ${name} is a file that can be read; ${show(file)}: ${(error as NodeJS.ErrnoException).code}`,
      { cause: error },
    )
  }
  throw new Error(`an address whose ${name} is a file in PEM format; ${show(file)} is not`)
}

function decode(text: string, what: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new Error(`an address in which ${what} has every % as %25`)
  }
}

const show = (text: string): string => JSON.stringify(text.slice(0, 100))
