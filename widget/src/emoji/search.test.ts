import { expect, test } from 'vitest'
import { EmojiIndex } from './search.js'

const index = new EmojiIndex(['❤️ 💘 🚀', '🎉'], {
  groups: ['Hearts', 'Parties'],
  lines: [
    'red heart|love',
    'heart with arrow|cupid love',
    'rocket|space',
    'party popper|tada heart corazón أرنب',
  ].join('\n'),
})
const found = (query: string): string[] => index.find(query).map(({ emoji }) => emoji)

test('groups have their names and their emoji, in order', () => {
  expect(index.groups.map(({ name, emoji }) => [name, emoji.map((each) => each.name)])).toEqual([
    ['Hearts', ['red heart', 'heart with arrow', 'rocket']],
    ['Parties', ['party popper']],
  ])
  expect(index.named('🚀').name).toBe('rocket')
  expect(index.named('🦄')).toEqual({ emoji: '🦄', name: '' })
})

test('the beginning of a name comes before the rest of it, and both before keywords', () => {
  expect(found('heart')).toEqual(['💘', '❤️', '🎉'])
  expect(found('rocket')).toEqual(['🚀'])
})

test('each word of the query must begin a word', () => {
  expect(found('he ar')).toEqual(['💘'])
  expect(found('red lo')).toEqual(['❤️'])
  expect(found('eart')).toEqual([])
  expect(found('heart rocket')).toEqual([])
})

test('case, accents, marks and other signs make no difference', () => {
  expect(found('  RED-Heart ')).toEqual(['❤️'])
  expect(found('corazon')).toEqual(['🎉'])
  expect(found('ارنب')).toEqual(['🎉'])
  expect(found('')).toEqual([])
  expect(found('?!')).toEqual([])
})

test('an exact name comes first', () => {
  const cats = new EmojiIndex(['🐱 🐈'], { groups: [''], lines: 'cat face\ncat' })
  expect(cats.find('cat').map(({ emoji }) => emoji)).toEqual(['🐈', '🐱'])
})
