import { expect, test } from 'vitest'
import { quoted } from './quoted.js'

test.each([
  ['shop', '"shop"'],
  ['a b', '"a b"'],
  ['büro 店', '"büro 店"'],
  ['a\nb\u202e', '"aU+000AbU+202E"'],
  ['a\u00a0', '"aU+00A0"'],
  ['x'.repeat(64), `"${'x'.repeat(64)}"`],
  ['x'.repeat(10_000), `"${'x'.repeat(64)}…"`],
  [`${'x'.repeat(63)}😀`, `"${'x'.repeat(63)}U+D83D…"`],
])('%j is shown as %s', (text, shown) => expect(quoted(text)).toBe(shown))
