import { expect, test } from 'vitest'
import { freeSpot, type Box } from './free-spot.js'

const box = (left: number, top: number, width: number, height: number): Box => ({
  ...{ left, top, right: left + width, bottom: top + height },
})
const room = box(0, 0, 320, 400)

test('a panel stands next to what opened it, where it covers neither its message nor, if that can be, another', () => {
  const bubble = box(60, 100, 200, 60)
  const opener = box(20, 100, 36, 36)
  const surroundings = { room, opener, own: [bubble, opener], others: [box(60, 40, 200, 56)] }
  const { box: spot, isFree } = freeSpot(268, 46, surroundings)
  expect(isFree).toBe(true)
  expect(spot.top).toBe(bubble.bottom + 4)
})

test('it rather covers another message than its own', () => {
  const bubble = box(60, 100, 200, 60)
  const others = [box(0, 0, 320, 96), box(0, 164, 320, 236)]
  const { box: spot, isFree } = freeSpot(268, 46, { room, opener: bubble, own: [bubble], others })
  expect(isFree).toBe(true)
  expect(spot.bottom <= bubble.top || spot.top >= bubble.bottom).toBe(true)
})

test('it stays inside the room, and says so where that covers the message', () => {
  const bubble = box(0, 10, 320, 380)
  const { box: spot, isFree } = freeSpot(268, 46, { room, opener: bubble, own: [bubble], others: [] })
  expect(isFree).toBe(false)
  expect(Math.min(spot.left, spot.top)).toBeGreaterThanOrEqual(0)
  expect(spot.right).toBeLessThanOrEqual(room.right)
  expect(spot.bottom).toBeLessThanOrEqual(room.bottom)
})
