/**
 * Who may read `/metrics`: a caller on this machine whose request no proxy passed on, or whoever shows METRICS_TOKEN. For all
 * others there is no such address.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { addressUnit } from '../limits/client-address.js'

/** Names that proxies add, beside everything that begins with `x-forwarded-`. */
const PROXY_HEADERS = new Set([
  'forwarded',
  'via',
  'x-real-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'true-client-ip',
  'cf-connecting-ip',
  'fastly-client-ip',
  'x-envoy-external-address',
  'x-original-forwarded-for',
  'x-request-start',
])

export interface MetricsCaller {
  headers: IncomingHttpHeaders
  httpVersion: string
  remoteAddress: string | undefined
}

export function mayReadMetrics(caller: MetricsCaller, token: string | undefined): boolean {
  return showsToken(caller.headers.authorization, token) || isOnThisMachine(caller)
}

/** Digests are compared: how long that takes tells nothing about the token, not even its length. */
function showsToken(authorization: string | undefined, token: string | undefined): boolean {
  const shown = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1]
  if (token === undefined || shown === undefined) return false
  return timingSafeEqual(digestOf(shown), digestOf(token))
}

/**
 * A proxy on this machine is loopback, too. It is known by what it adds, by the public host it asks for, or by HTTP/1.0, which
 * nginx speaks where it is told nothing.
 */
function isOnThisMachine({ headers, httpVersion, remoteAddress }: MetricsCaller): boolean {
  if (!isLoopback(remoteAddress ?? '') || httpVersion === '1.0') return false
  if (!isLoopbackHost(headers.host ?? '')) return false
  return !Object.keys(headers).some((name) => name.startsWith('x-forwarded-') || PROXY_HEADERS.has(name))
}

const isLoopback = (address: string): boolean => address === '::1' || addressUnit(address).startsWith('127.')

function isLoopbackHost(host: string): boolean {
  const name = host.replace(/:\d+$/, '').toLowerCase()
  return name === 'localhost' || name === '[::1]' || isLoopback(name)
}

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest()
