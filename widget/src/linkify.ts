/** Splits a text into plain parts and links. Produces no markup: the view binds each part as text. */

export interface TextPart {
  text: string
  /** Always http, https or mailto. */
  href?: string
}

/** Finds candidates; `URL` decides which are valid. Stops at spaces, quotes, brackets and bidi controls. */
const CANDIDATE = /(?:https?:\/\/|mailto:)[^\s<>"'`\u200e\u200f\u202a-\u202e\u2066-\u2069]+/giu
const SAFE = /^(?:https?|mailto):$/
/** No real address is longer, and parsing one costs time. */
const MAX_ADDRESS_LENGTH = 2_048
/** The longest host name (RFC 1035). Encoding one in Punycode takes quadratic time. */
const MAX_HOST_LENGTH = 253
/** The scheme, slashes of either kind, and everything up to the path. */
const ORIGIN = /^[^:]+:[/\\]*([^/?#\\]*)/u
/** More links than this help nobody, and each is an element in the page. */
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

/**
 * "see https://a.example/b." and "(https://a.example/b)" end before the punctuation; "/wiki/A_(b)" keeps its bracket.
 */
function withoutTrailingPunctuation(address: string): string {
  // Unmatched closing brackets, counted once so that each step back is constant time.
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
  // `user:password@host` is a way to disguise where a link goes.
  if (!SAFE.test(url.protocol) || url.username || url.password) return undefined
  if (url.protocol !== 'mailto:' && !url.hostname) return undefined
  return url
}

/** The link as it was written, but with its real host if the written one only looks like it. */
function shown(address: string, { protocol, hostname, host }: URL): string {
  const written = writtenHost(address).replace(/:\d*$/, '').toLowerCase()
  return host && written !== hostname ? address.replace(ORIGIN, `${protocol}//${host}`) : address
}

const writtenHost = (address: string): string => ORIGIN.exec(address)?.[1] ?? ''
