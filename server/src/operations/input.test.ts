import { expect, test } from 'vitest'
import { z } from 'zod'
import { describeIssue } from './input.js'

const Shape = z.strictObject({ user: z.strictObject({ id: z.string() }).optional() })
const described = (value: unknown) => describeIssue(Shape.safeParse(value).error!)

test('an unknown field is named, with its place', () => {
  expect(described({ titel: 1 })).toBe('titel: unknown field')
  expect(described({ user: { id: 'a', 'is-admin': true } })).toBe('user.is-admin: unknown field')
  expect(described({ one: 1, two: 2 })).toBe('one: unknown field')
})

test.each(['<b>', 'a b', '', 'x'.repeat(65), 'a\nb', '\u202ecba', 'é', 'a:b'])(
  '[P7] a name that is long or no name is not repeated: %j',
  (name) => {
    expect(described({ [name]: 1 })).toBe('unknown field')
    expect(described({ user: { id: 'a', [name]: 1 } })).toBe('user: unknown field')
  },
)
