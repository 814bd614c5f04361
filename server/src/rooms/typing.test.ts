import type { User } from '@alcove/sdk/protocol'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createRoomTyping } from './typing.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const COALESCE_MS = 200
const LASTS_MS = 6_000
const ada: User = { id: 'ada', name: 'Ada' }
const bob: User = { id: 'bob', name: 'Bob' }

function startTyping() {
  const told: User[][] = []
  const room = { isShown: true }
  const noted: User[][] = []
  const typing = createRoomTyping({
    isShown: () => room.isShown,
    deliver: (users) => told.push(users),
    send: (users) => noted.push(users),
  })
  return { typing, room, noted, told: () => (vi.advanceTimersByTime(COALESCE_MS), told.splice(0)) }
}

test('starts and stops of one interval are delivered in one list', () => {
  const { typing, told } = startTyping()
  typing.start(ada)
  typing.start(bob)
  typing.stop('ada')
  expect(told()).toEqual([[bob]])
})

test('a repeat is not delivered again and extends the typing', () => {
  const { typing, told } = startTyping()
  typing.start(ada)
  expect(told()).toEqual([[ada]])
  vi.advanceTimersByTime(3_000)
  typing.start(ada)
  vi.advanceTimersByTime(LASTS_MS - 1)
  expect(told()).toEqual([])
  expect(told()).toEqual([[]])
})

test('a closed tab stops typing by itself', () => {
  const { typing, told } = startTyping()
  typing.start(ada)
  told()
  vi.advanceTimersByTime(LASTS_MS - COALESCE_MS - 1)
  expect(told(), 'not before 6 s').toEqual([])
  expect(told()).toEqual([[]])
  expect(vi.getTimerCount()).toBe(0)
})

test('a stop of somebody who is not typing is not delivered', () => {
  const { typing, told } = startTyping()
  typing.stop('ada')
  expect(told()).toEqual([])
})

test('in a big room nothing is shown and nothing is kept', () => {
  const { typing, room, told } = startTyping()
  room.isShown = false
  typing.start(ada)
  expect(vi.getTimerCount()).toBe(0)
  expect(told()).toEqual([])
})

test('close leaves no timers', () => {
  const { typing, told } = startTyping()
  typing.start(ada)
  typing.start(bob)
  typing.close()
  expect(vi.getTimerCount()).toBe(0)
  expect(told()).toEqual([])
})

test('people typing through other nodes are delivered with ours, once, until their node is silent', () => {
  const { typing, noted, told } = startTyping()
  typing.start(ada)
  typing.receive('n2', [bob])
  typing.receive('n3', [ada])
  expect(told()).toEqual([[ada, bob]])
  expect(noted, 'only ours are noted to others').toEqual([[ada]])
  vi.advanceTimersByTime(3_000)
  typing.receive('n2', [bob])
  expect(told(), 'a repeat is no news').toEqual([])
  vi.advanceTimersByTime(8_000)
  expect(told().at(-1), 'a node that died types no more').toEqual([])
  expect(vi.getTimerCount()).toBe(0)
})

test('a repeat is sent to other nodes again, so that they keep showing it', () => {
  const { typing, noted, told } = startTyping()
  typing.start(ada)
  told()
  vi.advanceTimersByTime(3_000)
  typing.start(ada)
  told()
  expect(noted).toEqual([[ada], [ada]])
})

test('a room that closes here says to other nodes that nobody types here any more', () => {
  const { typing, noted, told } = startTyping()
  typing.start(ada)
  told()
  typing.stop('ada')
  typing.close()
  expect(noted).toEqual([[ada], []])
})
