/**
 * Allowed origins. An entry is an exact origin (`https://site.example`), one whole left label as a wildcard
 * (`https://*.site.example`), or any port on a local host (`http://localhost:*`). Compared as parsed URLs, never as
 * text.
 */
import { parseUrl } from '../parse-url.js'

interface OriginRule {
  protocol: string
  /** With `wildcard`, the part after `*.`. */
  hostname: string
  port: string | '*'
  wildcard: boolean
}

/** Hosts that may have `:*`: only the local machine, where development servers use any port. */
const LOCAL_HOSTS = new Set(['localhost', '127.0.0.1', '[::1]'])

const MAX_ORIGIN_LENGTH = 300

/**
 * URL also accepts characters such as `$` and `;`, which are special in shells and in policies, where origins end up
 * too.
 */
const PLAIN_HOST = /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])$/

export function parseOriginRule(entry: string): OriginRule | undefined {
  const anyPort = entry.endsWith(':*')
  const wildcard = /^https?:\/\/\*\./i.test(entry)
  const plain = (anyPort ? entry.slice(0, -2) : entry).replace('://*.', '://')
  const url = parseOrigin(plain)
  if (!url) return undefined
  if (anyPort && (wildcard || !LOCAL_HOSTS.has(url.hostname))) return undefined
  // A wildcard over a single label (`*.com`) would open a whole top-level domain.
  if (wildcard && !url.hostname.includes('.')) return undefined
  return { protocol: url.protocol, hostname: url.hostname, port: anyPort ? '*' : url.port, wildcard }
}

/**
 * The entry as a browser would write it: lower case, punycode, without a default port. Invalid entries are left
 * unchanged.
 */
export function canonicalOriginRule(entry: string): string {
  const rule = parseOriginRule(entry)
  if (!rule) return entry
  const { protocol, hostname, port, wildcard } = rule
  return `${protocol}//${wildcard ? '*.' : ''}${hostname}${port && `:${port}`}`
}

/** What an entry should be instead, to follow "should be". */
export function originRuleAdvice(entry: string): string {
  const quoted = JSON.stringify(entry.slice(0, MAX_ORIGIN_LENGTH))
  const advice = (reason: string, better?: string) =>
    `an origin such as https://site.example or https://*.site.example; ${quoted} ${reason}` +
    (better !== undefined && parseOriginRule(better) ? `, use ${canonicalOriginRule(better)}` : '')
  if (entry.length > MAX_ORIGIN_LENGTH) return advice(`has more than ${MAX_ORIGIN_LENGTH} characters`)
  if (entry === 'null')
    return advice(
      'stands for files and sandboxed frames, which are never allowed: serve the page over http or https, and give a sandboxed iframe allow-same-origin',
    )
  if (entry === '*') return advice('would allow every page; name each site')
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(entry)) return advice('has no scheme', `https://${entry}`)
  if (!/^https?:/i.test(entry)) return advice('is neither http nor https')
  if (entry.includes(':*'))
    return advice('has the wildcard port of http://localhost:*, which is for this machine only')
  const plain = entry.replace('://*.', '://')
  if (plain.includes('*')) return advice('has a * that is not the whole first label of a domain')
  const url = parseUrl(plain)
  if (!url) return advice('is not a web address')
  const origin = plain === entry ? url.origin : url.origin.replace('://', '://*.')
  if (url.username || url.password) return advice('has a user name or password', origin)
  if (url.pathname !== '/' || url.search || url.hash)
    return advice('has a path; it applies to a whole site', origin)
  if (entry.endsWith('/')) return advice('ends with a slash', origin)
  if (plain !== entry && !url.hostname.includes('.'))
    return advice(
      `has a wildcard over the single label ${url.hostname}, which takes in far more than one site`,
    )
  return advice('is not a host name that can be listed')
}

/** @param origin as a browser writes it */
export function isOriginAllowed(origin: string, entries: readonly string[]): boolean {
  const url = parseOrigin(origin)
  if (!url) return false
  return entries.some((entry) => {
    const rule = parseOriginRule(entry)
    return rule !== undefined && matches(url, rule)
  })
}

function matches(url: URL, rule: OriginRule): boolean {
  if (url.protocol !== rule.protocol) return false
  if (rule.port !== '*' && url.port !== rule.port) return false
  return rule.wildcard
    ? url.hostname.endsWith(`.${rule.hostname}`) && isOneLabel(url.hostname, rule.hostname)
    : url.hostname === rule.hostname
}

function isOneLabel(hostname: string, base: string): boolean {
  const label = hostname.slice(0, -base.length - 1)
  return label !== '' && !label.includes('.')
}

/** Scheme and authority. URL would also accept slashes in other places, and drop spaces and an empty user name. */
const ORIGIN_SHAPE = /^https?:\/\/[^/\\?#@\s]+$/i

/** Accepts only a plain http(s) origin: no `null`, path, credentials or other scheme. */
export function parseOrigin(text: string): URL | undefined {
  if (text.length > MAX_ORIGIN_LENGTH || !ORIGIN_SHAPE.test(text)) return undefined
  const url = parseUrl(text)
  return url && PLAIN_HOST.test(url.hostname) ? url : undefined
}
