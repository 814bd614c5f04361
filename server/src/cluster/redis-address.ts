/** `REDIS_URL` in its three forms: one server, a failover group behind sentinels, a Redis Cluster. */

export type RedisAddress =
  | { kind: 'single'; url: string }
  | { kind: 'sentinel'; sentinels: HostPort[]; name: string; db: number; credentials: Credentials }
  | { kind: 'cluster'; nodes: HostPort[]; credentials: Credentials }

interface HostPort {
  host: string
  port: number
}

interface Credentials {
  username?: string
  password?: string
}

const SENTINEL_PORT = 26_379
const REDIS_PORT = 6_379

/** @throws Error with a sentence that never holds the password */
export function parseRedisUrl(url: string): RedisAddress {
  const match = /^redis\+(sentinel|cluster):\/\/(?:([^@/]*)@)?([^/?@]+)(?:\/([^/?]*))?(?:\?db=(\d+))?$/.exec(
    url,
  )
  if (!match) {
    if (/^rediss?:\/\/[^/]/.test(url) && URL.canParse(url)) return { kind: 'single', url }
    throw new Error('unable to use REDIS_URL; it has no form that is known')
  }
  const [, kind, userInfo, hosts = '', name = '', db = '0'] = match
  const credentials = parseCredentials(userInfo)
  if (kind === 'cluster') return { kind, nodes: parseHosts(hosts, REDIS_PORT), credentials }
  if (name === '')
    throw new Error(
      'unable to use REDIS_URL; a sentinel address ends with the name of the group: redis+sentinel://host1:26379,host2:26379/mymaster',
    )
  return { kind: 'sentinel', sentinels: parseHosts(hosts, SENTINEL_PORT), name, db: Number(db), credentials }
}

function parseHosts(list: string, defaultPort: number): HostPort[] {
  return list.split(',').map((entry) => {
    const match = /^(\[[^\]]+\]|[^:[\]]+)(?::(\d{1,5}))?$/.exec(entry)
    if (!match?.[1] || Number(match[2] ?? 0) > 65_535)
      throw new Error(`unable to use REDIS_URL; ${JSON.stringify(entry)} is not host:port`)
    return { host: match[1].replace(/^\[|\]$/g, ''), port: Number(match[2] ?? defaultPort) }
  })
}

function parseCredentials(userInfo: string | undefined): Credentials {
  if (!userInfo) return {}
  const [username = '', ...rest] = userInfo.split(':')
  return {
    ...(username && { username: decodeURIComponent(username) }),
    ...(rest.length > 0 && { password: decodeURIComponent(rest.join(':')) }),
  }
}
