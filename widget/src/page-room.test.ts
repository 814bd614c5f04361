import { describe, expect, test } from 'vitest'
import { ROOM_ID_PATTERN } from '@alcove/sdk/protocol'
import type { EmbedSettings } from './loader.js'
import { namedByPage, roomFromPage, toRoomId } from './page-room.js'

const page = (html: string): Document => new DOMParser().parseFromString(html, 'text/html')

describe('a text as a room id', () => {
  test('stays when it is one', () => expect(toRoomId('article:42/a@b_c.d-e')).toBe('article:42/a@b_c.d-e'))

  test.each(['.', '..', 'Über uns', 'a b', 'x'.repeat(129), '🎉', '日本語', '---', ' '])(
    '%j becomes a valid one, always the same',
    (text) => {
      expect(toRoomId(text)).toMatch(ROOM_ID_PATTERN)
      expect(toRoomId(text)).toBe(toRoomId(text))
    },
  )

  test('what looks alike after the mapping stays apart', () => {
    expect(new Set(['a b', 'a-b', 'a  b', 'ä b', 'a?b'].map(toRoomId)).size).toBe(5)
  })
})

describe('a room named after the page', () => {
  test('canonical: host, path and query, whatever the address bar says', () => {
    const it = page('<link rel="canonical" href="https://example.com/blog/post/">')
    expect(roomFromPage('canonical', it)).toBe('example.com/blog/post')
  })
  test('og:title and meta:NAME', () => {
    const it = page('<meta property="og:title" content="Hello"><meta name="topic" content="cats">')
    expect(roomFromPage('og:title', it)).toBe('Hello')
    expect(roomFromPage('meta:topic', it)).toBe('cats')
  })
  test('nothing when the page has no such thing, or an empty one', () => {
    for (const source of ['canonical', 'og:title', 'meta:x', 'title', 'constructor'])
      expect(roomFromPage(source, page('<title> </title>'))).toBeUndefined()
  })
})

describe('what visitors see of it', () => {
  test.each([
    ['title', '<title>My shop: 🎉</title>', 'My shop: 🎉'],
    ['title', '<title> 🎉 </title>', '🎉'],
    ['og:title', '<meta property="og:title" content="Über uns">', 'Über uns'],
    ['meta:topic', '<meta name="topic" content="a b">', undefined],
    ['canonical', '<link rel="canonical" href="https://example.com/a b">', undefined],
  ])('of %s in %s the heading is %s', (roomFrom, html, heading) => {
    const named = namedByPage<EmbedSettings>({ roomFrom }, page(html))
    expect(named.heading).toBe(heading)
    expect(named.room).toMatch(/^[A-Za-z0-9._:@/-]{1,128}$/)
  })
  test('a heading of the owner stays, and so does a room', () => {
    const it = page('<title>A page</title>')
    expect(namedByPage({ roomFrom: 'title', heading: 'Ask us' }, it).heading).toBe('Ask us')
    expect(namedByPage({ roomFrom: 'title', room: 'lobby' }, it)).toEqual({
      roomFrom: 'title',
      room: 'lobby',
    })
  })
  test('a page without it is reported', () => {
    expect(namedByPage<EmbedSettings>({ roomFrom: 'og:title' }, page('')).missing).toBe(
      'data-room-from="og:title" finds nothing on this page',
    )
  })
})
