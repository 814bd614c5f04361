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
  const typing = createRoomTyping({ isShown: () => room.isShown, tell: (users) => told.push(users) })
  return { typing, room, told: () => (vi.advanceTimersByTime(COALESCE_MS), told.splice(0)) }
}

test('starts and stops of one interval are told in one list', () => {
  const { typing, told } = startTyping()
  typing.start(ada)
  typing.start(bob)
  typing.stop('ada')
  expect(told()).toEqual([[bob]])
})

test('a repeat is not told again and makes it last longer', () => {
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

test('a stop of somebody who does not type is not told', () => {
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
