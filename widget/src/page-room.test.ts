import { describe, expect, test } from 'vitest'
import { roomFromPage, toRoomId } from './page-room.js'

const page = (html: string): Document => new DOMParser().parseFromString(html, 'text/html')

describe('a text as a room id', () => {
  test('stays when it is one', () => expect(toRoomId('article:42/a@b_c.d-e')).toBe('article:42/a@b_c.d-e'))

  test.each(['Über uns', 'a b', 'x'.repeat(129), '🎉', '日本語', '---', ' '])(
    '%j becomes a valid one, always the same',
    (text) => {
      expect(toRoomId(text)).toMatch(/^[A-Za-z0-9._:@/-]{1,128}$/)
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
