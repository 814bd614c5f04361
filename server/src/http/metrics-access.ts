/**
 * Who may read `/metrics`: a caller on this machine whose request did not pass a proxy, or one that presents
 * METRICS_TOKEN. For all others the path does not exist.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { addressUnit } from '../limits/client-address.js'

/** Headers that proxies add, besides those that start with `x-forwarded-`. */
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

/** Digests are compared, so that the time it takes reveals nothing about the token, not even its length. */
function showsToken(authorization: string | undefined, token: string | undefined): boolean {
  const shown = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1]
  if (token === undefined || shown === undefined) return false
  return timingSafeEqual(digestOf(shown), digestOf(token))
}

/**
 * A proxy on this machine is loopback too. It is recognised by the headers it adds, by the public host it requests, or
 * by HTTP/1.0, which nginx uses by default.
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
