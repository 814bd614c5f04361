import { expect, test } from 'vitest'
import { linkify } from './linkify.js'

const links = (text: string): (string | undefined)[] =>
  linkify(text)
    .filter(({ href }) => href)
    .map(({ text }) => text)

test('the parts together are the text', () => {
  for (const text of [
    '',
    'plain',
    'a https://b.example c',
    'https://a.example,https://b.example.',
    '((https://c.example))',
  ])
    expect(
      linkify(text)
        .map((part) => part.text)
        .join(''),
    ).toBe(text)
})

test.each([
  ['see https://a.example/b.', ['https://a.example/b']],
  ['(https://a.example/b)', ['https://a.example/b']],
  ['https://a.example/wiki/A_(b)', ['https://a.example/wiki/A_(b)']],
  ['"https://a.example"', ['https://a.example']],
  ['HTTPS://A.example', ['HTTPS://A.example']],
  ['mailto:a@b.example!', ['mailto:a@b.example']],
  ['https://', []],
  ['javascript:alert(1)', []],
  ['https://user:pass@bank.example', []],
  ['https://a.example/\u202egpj.exe', ['https://a.example/']],
])('%j', (text, expected) => expect(links(text)).toEqual(expected))

test('a hostile text takes no time', () => {
  const takenMs = (): number => {
    const started = performance.now()
    linkify(`https://a.example/${'('.repeat(4_000)}`)
    linkify(`https://a.example/${')'.repeat(4_000)}`)
    linkify('https://'.repeat(500))
    return performance.now() - started
  }
  // What else the machine does is in some of the rounds, what the text costs is in each.
  expect(Math.min(...[1, 2, 3].map(takenMs))).toBeLessThan(500)
})
