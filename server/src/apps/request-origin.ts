/**
 * Where a request comes from, and whether an app takes it from there. Pure, and the only place that decides: for
 * WebSocket, long-polling, CORS and `/access` alike. See docs/adr/0024-where-a-request-comes-from.md.
 *
 * Browsers leave `Origin` out of same-origin GETs and of what a page fetches without CORS (scripts, images, links), so
 * that its absence alone makes nobody a native client.
 */
import type { IncomingHttpHeaders } from 'node:http'
import { parseUrl } from '../parse-url.js'
import { isOriginAllowed, parseOrigin } from './origin.js'

export interface RequestFacts {
  headers: IncomingHttpHeaders
  /** Whether TLS ends at this node. */
  isEncrypted: boolean
  /** How many proxies in front are believed (`TRUST_PROXY`). */
  trustedHops: number
}

export type RequestOrigin =
  | { kind: 'page'; origin: string; isOwn: boolean }
  /** Node, apps, tools, and what a person or an extension of their browser opens: no page is behind it. */
  | { kind: 'native-client' }
  /** A page that no app can list. */
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
    // Plain http elsewhere than on this machine, and older browsers. A page cannot forge its referrer, only hide it.
    case undefined: {
      const referer = refererOrigin(request)
      return referer === undefined ? { kind: 'native-client' } : pageOf(referer, request)
    }
    // Forms, images, scripts, prefetches and navigations of another site's page; none of our clients asks like that.
    default:
      return { kind: 'foreign-page', reason: 'unnamed' }
  }
}

/**
 * The server's own origin needs its entry in the list like any other: a page whose DNS name was bent to this server is
 * same-origin too.
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
  // Of a scheme without origins this is `null`, which is none.
  return url && parseOrigin(url.origin)?.origin
}

/** The server's own origin as the browser sees it, as far as the request tells. */
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
  // A proxy may end TLS without a word. Browsers send Sec-Fetch over TLS only, except to their own machine.
  return request.headers['sec-fetch-site'] !== undefined && !isLocal(host) ? 'https' : 'http'
}

function isLocal(host: string): boolean {
  const name = parseOrigin(`http://${host}`)?.hostname ?? ''
  return /^(?:localhost|127\.[\d.]+|\[::1\])$/.test(name) || name.endsWith('.localhost')
}

/** What the outermost of the trusted proxies said; whatever stands before it is the client's own claim. */
function forwarded(name: string, { headers, trustedHops }: RequestFacts): string | undefined {
  if (trustedHops === 0) return undefined
  const lines = headers[name]
  const values = (Array.isArray(lines) ? lines.join(',') : (lines ?? ''))
    .split(',')
    .map((part) => part.trim())
  return values[Math.max(0, values.length - trustedHops)] || undefined
}
