import { expect, it } from 'vitest'
import { damage } from './bare-room.js'

it('counts what bare readers missed, saw twice, or saw out of a writer’s order', () => {
  const acked = new Set(['a:0', 'a:1', 'a:2', 'b:0'])
  expect(damage([['a:0', 'b:0', 'a:1', 'a:2']], acked)).toEqual({ lost: 0, doubled: 0, outOfOrder: 0 })
  expect(damage([['a:0', 'a:2', 'a:1', 'a:1'], []], acked)).toEqual({ lost: 5, doubled: 1, outOfOrder: 1 })
})
