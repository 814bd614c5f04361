/**
 * Allowed origins. An entry is an exact origin (`https://site.example`), one whole left label as a wildcard
 * (`https://*.site.example`), or any port of a local host (`http://localhost:*`). Compared as parsed URLs, never as text.
 */

interface OriginRule {
  protocol: string
  /** With `wildcard`, the part after `*.`. */
  hostname: string
  port: string | '*'
  wildcard: boolean
}

/** Hosts that may have `:*`: only the own machine, where development servers take any port. */
const LOCAL_HOSTS = new Set(['localhost', '127.0.0.1', '[::1]'])

export function parseOriginRule(entry: string): OriginRule | undefined {
  const anyPort = entry.endsWith(':*')
  const wildcard = /^https?:\/\/\*\./.test(entry)
  const plain = (anyPort ? entry.slice(0, -2) : entry).replace('://*.', '://')
  const url = parseOrigin(plain)
  if (!url || url.hostname.includes('*')) return undefined
  if (anyPort && (wildcard || !LOCAL_HOSTS.has(url.hostname))) return undefined
  // A wildcard over a single label (`*.com`) would open a whole top-level domain.
  if (wildcard && !url.hostname.includes('.')) return undefined
  return { protocol: url.protocol, hostname: url.hostname, port: anyPort ? '*' : url.port, wildcard }
}

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
  return !hostname.slice(0, -base.length - 1).includes('.')
}

/** An http(s) origin and nothing more; `null`, paths, credentials and other schemes are none. */
function parseOrigin(text: string): URL | undefined {
  if (text.length > 300 || !URL.canParse(text)) return undefined
  const url = new URL(text)
  const isPlain =
    (url.protocol === 'https:' || url.protocol === 'http:') &&
    url.pathname === '/' &&
    !url.search &&
    !url.hash &&
    !url.username &&
    !url.password
  return isPlain && !text.endsWith('/') ? url : undefined
}
