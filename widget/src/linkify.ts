/** Splits a text into plain parts and links. It makes no markup: the view binds each part as text. */

export interface TextPart {
  text: string
  /** Only ever http, https or mailto. */
  href?: string
}

/** Candidates; what counts is decided by `URL`. Stops at spaces, quotes, brackets and bidi controls. */
const CANDIDATE = /(?:https?:\/\/|mailto:)[^\s<>"'`\u200e\u200f\u202a-\u202e\u2066-\u2069]+/giu
const SAFE = new Set(['http:', 'https:', 'mailto:'])

export function linkify(text: string): TextPart[] {
  const parts: TextPart[] = []
  let from = 0
  for (const match of text.matchAll(CANDIDATE)) {
    const shown = withoutTrailingPunctuation(match[0])
    const href = safeAddress(shown)
    if (!href) continue
    if (match.index > from) parts.push({ text: text.slice(from, match.index) })
    parts.push({ text: shown, href })
    from = match.index + shown.length
  }
  if (from < text.length) parts.push({ text: text.slice(from) })
  return parts
}

/** "see https://a.example/b." and "(https://a.example/b)" end before the mark; "/wiki/A_(b)" keeps its bracket. */
function withoutTrailingPunctuation(address: string): string {
  let end = address.length
  for (; end > 0; end--) {
    const last = address.charAt(end - 1)
    if (/[.,;:!?…'*_~]/.test(last)) continue
    if (last === ')' && !balanced(address.slice(0, end), '(', ')')) continue
    if (last === ']' && !balanced(address.slice(0, end), '[', ']')) continue
    break
  }
  return address.slice(0, end)
}

const balanced = (text: string, open: string, close: string): boolean =>
  text.split(open).length >= text.split(close).length

function safeAddress(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined
  const url = new URL(text)
  // user:password@host is how a link lies about where it goes.
  if (!SAFE.has(url.protocol) || url.username || url.password) return undefined
  if (url.protocol !== 'mailto:' && !url.hostname) return undefined
  return url.href
}
