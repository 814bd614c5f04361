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

test.each([
  ['https://аррӏе.com/a?b', 'https://xn--80ak6aa92e.com/a?b'],
  ['https://ⓔxample.com', 'https://example.com'],
  ['http://0x7f.1/', 'http://127.0.0.1/'],
  ['https://a.example:443/', 'https://a.example:443/'],
])('%s is shown as %s: with the host that it leads to', (text, expected) =>
  expect(links(text)).toEqual([expected]),
)

test.each([
  ['an address longer than any page has', `https://a.example/${'x'.repeat(2_048)}`],
  ['a host longer than any host is', `https://${'x'.repeat(254)}/`],
  ['the same behind more slashes', `https:////${'x'.repeat(254)}/`],
])('%s is text', (_, text) => expect(linkify(text)).toEqual([{ text }]))

test('of very many addresses the first fifty are links, and nothing of the text is lost', () => {
  const text = 'https://a.example '.repeat(200)
  expect(links(text)).toHaveLength(50)
  expect(
    linkify(text)
      .map((part) => part.text)
      .join(''),
  ).toBe(text)
})
