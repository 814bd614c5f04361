import { expect, test } from 'vitest'
import { heldBytes } from './held-bytes.js'

test('a request holds its texts, wherever they are, in bytes', () => {
  expect(heldBytes({ text: 'x'.repeat(1_000) })).toBeGreaterThan(1_000)
  expect(heldBytes({ text: '€'.repeat(1_000) })).toBeGreaterThan(3_000)
  expect(heldBytes({ meta: { list: ['x'.repeat(500), { deep: 'x'.repeat(500) }] } })).toBeGreaterThan(1_000)
  expect(heldBytes({ ['k'.repeat(1_000)]: 1 })).toBeGreaterThan(1_000)
  expect(heldBytes({ room: 'lobby' })).toBeLessThan(200)
})

test('depth costs no stack', () => {
  let deep: unknown = 'end'
  for (let i = 0; i < 30_000; i += 1) deep = [deep]
  expect(heldBytes(deep)).toBeGreaterThan(30_000)
})
