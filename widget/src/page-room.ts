/** Names a room after the page it stands on, deterministically, within what a room id may hold. */

const ROOM_ID = /^[A-Za-z0-9._:@/-]{1,128}$/
const READABLE_LENGTH = 100
const READ_LENGTH = 1_000

interface Named {
  room?: string
  roomFrom?: string
  heading?: string
  /** What there is no room without. */
  missing?: string
}

/**
 * The settings with the room that they ask for. Visitors see a title as the page has it: what the room is called may be
 * cut and mapped.
 */
export function namedByPage<S extends Named>(settings: S, page: Document = document): S {
  const { room, roomFrom = '', heading } = settings
  if (room) return settings
  const text = pageText(roomFrom, page)?.trim()
  if (!text) return { ...settings, missing: `data-room-from="${roomFrom}" finds nothing on this page` }
  const title = /title$/.test(roomFrom) ? text : undefined
  return { ...settings, room: toRoomId(text), heading: heading || title }
}

/** `pathname`, `canonical`, `title`, `og:title` or `meta:NAME`; `undefined` when the page has no such thing. */
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

/** Percent escapes are undone so that the same page has one name; a trailing slash is not another page. */
function decoded(path: string): string {
  const trimmed = path.length > 1 ? trimEnd(path, '/') : path
  try {
    return decodeURIComponent(trimmed)
  } catch {
    return trimmed
  }
}

export const isRoomId = (text: string): boolean => ROOM_ID.test(text)

/** A text that is a room id already stays; any other becomes a readable part and a hash of the whole. */
export function toRoomId(text: string): string {
  if (isRoomId(text)) return text
  const readable = text
    // Of a long text only the beginning can be seen; normalising all of it could take time that grows with its square.
    .slice(0, READ_LENGTH)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9._:@/-]+/g, '-')
    .slice(0, READABLE_LENGTH)
    .replace(/^-+/, '')
  return `${trimEnd(readable, '-') || 'page'}-${hash(text)}`
}

/** A pattern would look again from each mark of a row that is not at the end. */
function trimEnd(text: string, mark: string): string {
  let end = text.length
  while (end > 0 && text[end - 1] === mark) end -= 1
  return text.slice(0, end)
}

/** cyrb53: 53 bits are enough to keep the pages of one site apart, and it is twelve lines and synchronous. */
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
