/** The client's address behind a known number of proxies; what else stands in the header is the client's own claim. */
import type { IncomingHttpHeaders } from 'node:http'

export function clientAddress(
  headers: IncomingHttpHeaders,
  socketAddress: string | undefined,
  trustedHops: number,
): string {
  const forwarded = headers['x-forwarded-for']
  const claimed = (Array.isArray(forwarded) ? forwarded.join(',') : (forwarded ?? ''))
    .split(',')
    .map((part) => part.trim())
  const chain = [...claimed.filter(Boolean), socketAddress ?? 'unknown']
  return limitUnit(chain[Math.max(0, chain.length - 1 - trustedHops)] ?? 'unknown')
}

/** IPv4 as it is; IPv6 by /64, since one household or host has a whole one. */
function limitUnit(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)
  if (mapped?.[1]) return mapped[1]
  if (!address.includes(':')) return address
  const [head = ''] = address.split('::')
  const groups = head.split(':').filter(Boolean)
  while (groups.length < 4) groups.push('0')
  return `${groups.slice(0, 4).join(':').toLowerCase()}::/64`
}
