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
  // Some proxies add the port, which is another one for every connection.
  const plain = /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(address)?.[1] ?? /^\[(.+)\]/.exec(address)?.[1] ?? address
  if (plain !== address) return limitUnit(plain)
  if (!address.includes(':')) return address
  const [head = [], tail = []] = address.split('::').map((half) => half.split(':').filter(Boolean))
  const zeros = Array<string>(Math.max(0, 8 - head.length - tail.length)).fill('0')
  return `${[...head, ...zeros, ...tail].slice(0, 4).join(':').toLowerCase()}::/64`
}
