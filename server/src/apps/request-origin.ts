/**
 * Where a request comes from, and whether an app accepts it from there. Pure, and the only place that decides, for
 * WebSocket, long-polling, CORS and `/access` alike. See docs/adr/0024-where-a-request-comes-from.md.
 *
 * Browsers omit `Origin` from same-origin GETs and from requests without CORS (scripts, images, links), so its absence
 * alone does not prove a native client.
 */
import type { IncomingHttpHeaders } from 'node:http'
import { parseUrl } from '../parse-url.js'
import { isOriginAllowed, parseOrigin } from './origin.js'

export interface RequestFacts {
  headers: IncomingHttpHeaders
  /** Whether TLS ends at this node. */
  isEncrypted: boolean
  /** How many proxies in front are trusted (`TRUST_PROXY`). */
  trustedHops: number
}

export type RequestOrigin =
  | { kind: 'page'; origin: string; isOwn: boolean }
  /** Node, apps, tools, and requests made by people or browser extensions directly: no page is involved. */
  | { kind: 'native-client' }
  /** A page whose origin no app can list. */
  | { kind: 'foreign-page'; reason: 'opaque' | 'scheme' | 'malformed' | 'unnamed' }

export type OriginDecision =
  | { kind: 'own-page' | 'listed-page'; origin: string }
  | { kind: 'native-client' }
  | { kind: 'refused'; reason: 'not-listed' | 'native-client'; origin?: string }
  | { kind: 'refused'; reason: 'opaque' | 'scheme' | 'malformed' | 'unnamed' }

export function originOf(request: RequestFacts): RequestOrigin {
  const { origin, 'sec-fetch-site': site } = request.headers
  if (origin !== undefined) return originNamed(origin, request)
  switch (site) {
    case 'none':
      return { kind: 'native-client' }
    case 'same-origin':
      return pageOf(refererOrigin(request) ?? ownOrigin(request), request)
    // Plain http from other machines, and older browsers. A page cannot forge its referrer, only hide it.
    case undefined: {
      const referer = refererOrigin(request)
      return referer === undefined ? { kind: 'native-client' } : pageOf(referer, request)
    }
    // Forms, images, scripts, prefetches and navigations of another site's page; none of our clients makes such
    // requests.
    default:
      return { kind: 'foreign-page', reason: 'unnamed' }
  }
}

/**
 * The server's own origin needs an entry in the list like any other: a page whose DNS name was rebound to this server
 * is same-origin as well.
 */
export function decideOrigin(
  from: RequestOrigin,
  app: { origins: readonly string[]; nativeClients: boolean },
): OriginDecision {
  switch (from.kind) {
    case 'foreign-page':
      return { kind: 'refused', reason: from.reason }
    case 'native-client':
      return app.nativeClients ? from : { kind: 'refused', reason: 'native-client' }
    case 'page':
      return isOriginAllowed(from.origin, app.origins)
        ? { kind: from.isOwn ? 'own-page' : 'listed-page', origin: from.origin }
        : { kind: 'refused', reason: 'not-listed', origin: from.origin }
  }
}

function originNamed(text: string, request: RequestFacts): RequestOrigin {
  if (text === 'null') return { kind: 'foreign-page', reason: 'opaque' }
  const url = parseOrigin(text)
  if (url) return pageOf(url.origin, request)
  const isOther = /^[a-z][a-z0-9+.-]{0,40}:\/\//i.test(text) && !/^https?:/i.test(text)
  return { kind: 'foreign-page', reason: isOther ? 'scheme' : 'malformed' }
}

function pageOf(origin: string | undefined, request: RequestFacts): RequestOrigin {
  if (origin === undefined) return { kind: 'foreign-page', reason: 'unnamed' }
  return { kind: 'page', origin, isOwn: origin === ownOrigin(request) }
}

function refererOrigin({ headers: { referer } }: RequestFacts): string | undefined {
  const url = referer === undefined ? undefined : parseUrl(referer)
  // For a scheme without origins this is `null`, which counts as none.
  return url && parseOrigin(url.origin)?.origin
}

/** The server's own origin as the browser sees it, as far as the request reveals it. */
export function ownOrigin(request: RequestFacts): string | undefined {
  const host = forwarded('x-forwarded-host', request) ?? request.headers.host
  if (host === undefined) return undefined
  const port = forwarded('x-forwarded-port', request)
  const authority =
    port !== undefined && /^\d{1,5}$/.test(port) && !/:\d+$/.test(host) ? `${host}:${port}` : host
  return parseOrigin(`${ownScheme(host, request)}://${authority}`)?.origin
}

function ownScheme(host: string, request: RequestFacts): 'http' | 'https' {
  const said = forwarded('x-forwarded-proto', request)?.toLowerCase()
  if (said === 'https' || said === 'wss') return 'https'
  if (said === 'http' || said === 'ws') return 'http'
  if (request.isEncrypted) return 'https'
  // A proxy may terminate TLS without saying so. Browsers send Sec-Fetch headers only over TLS, except to their own
  // machine.
  return request.headers['sec-fetch-site'] !== undefined && !isLocal(host) ? 'https' : 'http'
}

function isLocal(host: string): boolean {
  const name = parseOrigin(`http://${host}`)?.hostname ?? ''
  return /^(?:localhost|127\.[\d.]+|\[::1\])$/.test(name) || name.endsWith('.localhost')
}

/** The value set by the outermost trusted proxy; anything before it is the client's own claim. */
function forwarded(name: string, { headers, trustedHops }: RequestFacts): string | undefined {
  if (trustedHops === 0) return undefined
  const lines = headers[name]
  const values = (Array.isArray(lines) ? lines.join(',') : (lines ?? ''))
    .split(',')
    .map((part) => part.trim())
  return values[Math.max(0, values.length - trustedHops)] || undefined
}
