/**
 * The unit for which budgets are kept: the client's address behind a known number of proxies. The rest of the header is
 * the client's own claim.
 */
import { isIPv4, isIPv6 } from 'node:net'

/** All callers without a readable address share one budget. */
const UNKNOWN = 'unknown'

/** The number of empty entries, which no proxy writes, after which the rest is ignored. */
const MAX_EMPTY = 32

export function clientAddress(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  socketAddress: string | undefined,
  trustedHops: number,
): string {
  if (trustedHops === 0) return addressUnit(socketAddress ?? UNKNOWN)
  const forwarded = headers['x-forwarded-for']
  const claimed = Array.isArray(forwarded) ? forwarded.join(',') : (forwarded ?? '')
  return addressUnit(fromTheEnd(claimed, trustedHops) ?? socketAddress ?? UNKNOWN)
}

/**
 * The entry at this position from the end, or the first if there are fewer. Reads no further, because the client
 * decides how long the rest is.
 */
function fromTheEnd(list: string, place: number): string | undefined {
  let found: string | undefined
  let end = list.length
  // Empty entries do not count towards the position, so they need a bound of their own.
  for (let left = place, looks = place + MAX_EMPTY; left > 0 && looks > 0 && end >= 0; looks -= 1) {
    const comma = end === 0 ? -1 : list.lastIndexOf(',', end - 1)
    const entry = list.slice(comma + 1, end).trim()
    if (entry !== '') {
      found = entry
      left -= 1
    }
    end = comma
  }
  return found
}

/**
 * IPv4 addresses unchanged; IPv6 by /64, because one household or host has a whole one. All other text shares one unit.
 */
export function addressUnit(text: string): string {
  const address = withoutPort(text)
  if (isIPv4(address)) return address
  if (!isIPv6(address)) return UNKNOWN
  const groups = groupsOf(address)
  return mappedIPv4(groups) ?? `${groups.slice(0, 4).map(hex).join(':')}::/64`
}

const hex = (group: number): string => group.toString(16)

/** Some proxies add the port, which differs for every connection; a zone names an interface of this machine. */
function withoutPort(text: string): string {
  const bare = /^\[([^\]]*)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text
  return bare.split('%', 1)[0] ?? ''
}

/** The eight groups of an IPv6 address, the last two of which may be written as an IPv4 address. */
function groupsOf(address: string): number[] {
  const [head = [], tail] = address
    .split('::')
    .map((half) => half.split(':').filter(Boolean).flatMap(valuesOf))
  if (!tail) return head
  return [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail]
}

function valuesOf(group: string): number[] {
  if (!group.includes('.')) return [Number.parseInt(group, 16)]
  const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number)
  return [a * 256 + b, c * 256 + d]
}

/** `::ffff:a.b.c.d` and NAT64's `64:ff9b::a.b.c.d` represent an IPv4 address, in any spelling. */
function mappedIPv4(groups: readonly number[]): string | undefined {
  const [high = 0, low = 0] = groups.slice(6)
  const prefix = groups.slice(0, 6).map(hex).join(':')
  if (prefix !== '0:0:0:0:0:ffff' && prefix !== '64:ff9b:0:0:0:0') return undefined
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.')
}
