/** Splits a text into plain parts and links. It makes no markup: the view binds each part as text. */

export interface TextPart {
  text: string
  /** Only ever http, https or mailto. */
  href?: string
}

/** Candidates; what counts is decided by `URL`. Stops at spaces, quotes, brackets and bidi controls. */
const CANDIDATE = /(?:https?:\/\/|mailto:)[^\s<>"'`\u200e\u200f\u202a-\u202e\u2066-\u2069]+/giu
const SAFE = /^(?:https?|mailto):$/
/** No page is at a longer address, and reading one costs `URL` time. */
const MAX_ADDRESS_LENGTH = 2_048
/** As long as a host name may be (RFC 1035). Encoding one in Punycode takes time that grows with its square. */
const MAX_HOST_LENGTH = 253
/** Scheme, slashes of either kind, and everything up to the path. */
const ORIGIN = /^[^:]+:[/\\]*([^/?#\\]*)/u
/** A message is read, not clicked through; each link is an element that the page has to keep. */
const MAX_LINKS = 50
const MARKS = `.,;:!?…'*_~`

export function linkify(text: string): TextPart[] {
  const parts: TextPart[] = []
  let from = 0
  let links = 0
  for (const match of text.matchAll(CANDIDATE)) {
    if (links === MAX_LINKS) break
    const address = withoutTrailingPunctuation(match[0])
    const url = safeAddress(address)
    if (!url) continue
    if (match.index > from) parts.push({ text: text.slice(from, match.index) })
    parts.push({ text: shown(address, url), href: url.href })
    from = match.index + address.length
    links += 1
  }
  if (from < text.length) parts.push({ text: text.slice(from) })
  return parts
}

/** "see https://a.example/b." and "(https://a.example/b)" end before the mark; "/wiki/A_(b)" keeps its bracket. */
function withoutTrailingPunctuation(address: string): string {
  // Closing brackets without an opening one. Counted once: each step back then costs the same.
  let round = count(address, ')') - count(address, '(')
  let square = count(address, ']') - count(address, '[')
  let end = address.length
  for (; end > 0; end--) {
    const last = address.charAt(end - 1)
    if (last === ')' && round > 0) round -= 1
    else if (last === ']' && square > 0) square -= 1
    else if (!MARKS.includes(last)) break
  }
  return address.slice(0, end)
}

const count = (text: string, mark: string): number => text.split(mark).length

function safeAddress(text: string): URL | undefined {
  if (text.length > MAX_ADDRESS_LENGTH || writtenHost(text).length > MAX_HOST_LENGTH) return undefined
  let url: URL
  try {
    url = new URL(text)
  } catch {
    return
  }
  // user:password@host is how a link lies about where it goes.
  if (!SAFE.test(url.protocol) || url.username || url.password) return undefined
  if (url.protocol !== 'mailto:' && !url.hostname) return undefined
  return url
}

/** As it was written, but never with a host that only looks like the one it leads to. */
function shown(address: string, { protocol, hostname, host }: URL): string {
  const written = writtenHost(address).replace(/:\d*$/, '').toLowerCase()
  return host && written !== hostname ? address.replace(ORIGIN, `${protocol}//${host}`) : address
}

const writtenHost = (address: string): string => ORIGIN.exec(address)?.[1] ?? ''
