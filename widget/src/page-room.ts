/** Derives a room's id from its page, deterministically and within the rules for room ids. */

const ROOM_ID = /^(?!\.\.?$)[A-Za-z0-9._:@/-]{1,128}$/
const READABLE_LENGTH = 100
const READ_LENGTH = 1_000

interface Named {
  room?: string
  roomFrom?: string
  heading?: string
  /** The required settings. */
  missing?: string
}

/**
 * The settings with the room they request. Visitors see the page's title unchanged, while the room id may be shortened
 * and mapped.
 */
export function namedByPage<S extends Named>(settings: S, page: Document = document): S {
  const { room, roomFrom = '', heading } = settings
  if (room) return settings
  const text = pageText(roomFrom, page)?.trim()
  if (!text) return { ...settings, missing: `data-room-from="${roomFrom}" finds nothing on this page` }
  const title = /title$/.test(roomFrom) ? text : undefined
  return { ...settings, room: toRoomId(text), heading: heading || title }
}

/** `pathname`, `canonical`, `title`, `og:title` or `meta:NAME`; `undefined` if the page has none. */
export function roomFromPage(source: string, page: Document = document): string | undefined {
  const text = pageText(source, page)?.trim()
  return text ? toRoomId(text) : undefined
}

function pageText(source: string, page: Document): string | null | undefined {
  if (source === 'pathname') return decoded(page.location.pathname)
  if (source === 'title') return page.title
  if (source === 'canonical') {
    const link = page.querySelector<HTMLLinkElement>('link[rel~="canonical"]')
    if (!link) return undefined
    const url = new URL(link.href)
    return decoded(url.host + url.pathname + url.search)
  }
  const name = source === 'og:title' ? source : source.startsWith('meta:') ? source.slice(5) : undefined
  for (const meta of name ? page.querySelectorAll('meta') : []) {
    if (meta.getAttribute('property') === name || meta.name === name) return meta.content
  }
  return undefined
}

/** Percent escapes are decoded so that a page has one name; a trailing slash does not make another page. */
function decoded(path: string): string {
  const trimmed = path.length > 1 ? trimEnd(path, '/') : path
  try {
    return decodeURIComponent(trimmed)
  } catch {
    return trimmed
  }
}

export const isRoomId = (text: string): boolean => ROOM_ID.test(text)

/** A text that is a valid room id is kept; any other becomes a readable part and a hash of the whole. */
export function toRoomId(text: string): string {
  if (isRoomId(text)) return text
  const readable = text
    // Only the beginning of a long text is visible, and normalising all of it could take quadratic time.
    .slice(0, READ_LENGTH)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9._:@/-]+/g, '-')
    .slice(0, READABLE_LENGTH)
    .replace(/^-+/, '')
  return `${trimEnd(readable, '-') || 'page'}-${hash(text)}`
}

/** A regular expression would backtrack from each mark of a run that is not at the end. */
function trimEnd(text: string, mark: string): string {
  let end = text.length
  while (end > 0 && text[end - 1] === mark) end -= 1
  return text.slice(0, end)
}

/** cyrb53: 53 bits are enough for the pages of one site, and it takes twelve lines and is synchronous. */
function hash(text: string): string {
  let high = 0xdeadbeef
  let low = 0x41c6ce57
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    high = Math.imul(high ^ code, 2654435761)
    low = Math.imul(low ^ code, 1597334677)
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909)
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909)
  return (4294967296 * (2097151 & low) + (high >>> 0)).toString(36)
}
