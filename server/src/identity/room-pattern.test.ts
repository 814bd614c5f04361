import { describe, expect, test } from 'vitest'
import { bestMatch, matchesRoom } from './room-pattern.js'

describe('matchesRoom', () => {
  test.each([
    ['lobby', 'lobby', true],
    ['lobby', 'lobby2', false],
    ['lobby', 'Lobby', false],
    ['*', 'anything/at:all', true],
    ['support-*', 'support-1', true],
    ['support-*', 'support-', true],
    ['support-*', 'my-support-1', false],
    ['*-archive', 'a-archive', true],
    ['*-archive', 'a-archive-2', false],
    ['a*c', 'abc', true],
    ['a*c', 'ac', true],
    ['a*a', 'a', false],
    ['a*b*c', 'a-b-c', true],
    ['a*b*c', 'acb', false],
    ['a*b*c', 'a-x-c', false],
    ['a*bc*c', 'abc', false],
    ['ab*ba', 'aba', false],
    ['**', 'x', true],
    ['team.*', 'teamX1', false],
    ['a+', 'aa', false],
    ['', '', true],
  ])('%s and %s: %s', (pattern, room, matches) => {
    expect(matchesRoom(pattern, room)).toBe(matches)
  })

  test('costs linear time, whatever a token says', () => {
    const takenMs = () => {
      const start = performance.now()
      for (let i = 0; i < 1_000; i += 1) matchesRoom(`${'*a'.repeat(60)}b`, 'a'.repeat(128))
      return performance.now() - start
    }
    // What else the machine does is in some of the rounds, what the pattern costs is in each.
    expect(Math.min(takenMs(), takenMs(), takenMs())).toBeLessThan(1_000)
  })
})

describe('bestMatch', () => {
  const patterns = new Map([
    ['*', 'all'],
    ['support-*', 'support'],
    ['support-vip-*', 'vip'],
    ['support-vip-1', 'one'],
    ['support-vip-1*', 'ones'],
  ])

  test.each([
    ['support-vip-1', 'one'],
    ['support-vip-12', 'ones'],
    ['support-vip-2', 'vip'],
    ['support-2', 'support'],
    ['lobby', 'all'],
  ])('%s gets %s: the most specific decides, in whatever order', (room, value) => {
    expect(bestMatch(patterns, room)).toBe(value)
    expect(bestMatch(new Map([...patterns].reverse()), room)).toBe(value)
  })

  test('nothing matches, nothing is given', () => {
    expect(bestMatch(new Map([['lobby', 1]]), 'other')).toBeUndefined()
  })
})
