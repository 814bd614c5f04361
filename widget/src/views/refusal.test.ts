import { ChatError, type ErrorCode } from '@alcove/sdk'
import { render } from 'lit'
import { expect, test } from 'vitest'
import { explanation, originAdvice } from './refusal.js'

const LOBBY = { app: 'shop', room: 'lobby', server: 'https://chat.example', debug: true }

function shown(code: ErrorCode, message: string, asked = LOBBY): { text: string; codes: (string | null)[] } {
  const place = document.createElement('div')
  const error = new ChatError(code, message)
  render(
    explanation(error, asked, (key) => key)!,
    place,
  )
  const codes = [...place.querySelectorAll('code')].map(({ textContent }) => textContent)
  return { text: place.querySelector('p')!.textContent.replace(/\s+/g, ' ').trim(), codes }
}

test('what the server said and what it means are one sentence where they are the same, and names stand as code', () => {
  const { text, codes } = shown('unknown_app', 'unable to connect; no app has this id on this server')
  expect(text).toBe('unknown_app — No app has this id on this server; check app (or data-app).')
  expect(codes).toEqual(['unknown_app', 'app', 'data-app'])
})

test('the server’s specific message is shown too', () => {
  const { text } = shown('protocol_unsupported', 'unable to connect; the client speaks 1, the server 2')
  expect(text).toContain('The client speaks 1, the server 2. Client and server speak different')
})

test('a room id that cannot be is shown with the rule, once, and with one that can be', () => {
  const said = 'unable to join room; a room id has 1 to 128 of A-Z a-z 0-9 . _ : @ / -'
  const { text, codes } = shown('invalid_request', said, { ...LOBBY, room: 'my room' })
  expect(text).toContain('The room "my room" cannot be: a room id has 1 to 128 of')
  expect(text).not.toContain('the message names it')
  expect(codes.at(-1)).toMatch(/^my-room-\w+$/)
})

test('another setting that cannot be is named alone', () => {
  const { text } = shown(
    'invalid_request',
    'unable to create chat; server must be like https://chat.example; it is "chat.example"',
  )
  expect(text).toBe('invalid_request — Server must be like https://chat.example; it is "chat.example".')
})

test('no way to the server is said once, with its address', () => {
  const { text, codes } = shown('server_unreachable', 'unable to connect; no way to the server')
  expect(text).toContain('No connection to https://chat.example')
  expect(text.match(/no way|No connection/g)).toHaveLength(1)
  expect(codes.at(-1)).toBe('https://chat.example/healthz')
})

test('a line to run replaces the server’s words that name it', () => {
  const { text, codes } = shown('origin_not_allowed', 'unable to connect; to allow it run: alcove app update')
  expect(text).not.toContain('to allow it run')
  expect(codes.at(-1)).toBe(`alcove app update shop --add-origin ${location.origin}`)
})

test.each([
  ['https://shop.example', 'https:', 'alcove app update shop --add-origin https://shop.example'],
  // Of an unsandboxed srcdoc: its parent's.
  ['http://127.0.0.1:4500', 'about:', 'alcove app update shop --add-origin http://127.0.0.1:4500'],
  ['null', 'file:', 'http.server'],
  ['file://', 'file:', 'http.server'],
  ['null', 'http:', 'allow-same-origin'],
  ['null', 'about:', 'allow-same-origin'],
  ['null', 'data:', undefined],
  ['chrome-extension://abc', 'chrome-extension:', undefined],
])('a page of the origin %s at %s gets advice that works', (origin, protocol, command) => {
  const advice = originAdvice('shop', origin, protocol, 'meaning')
  if (command === undefined)
    expect(advice).toEqual({
      hint: `Only pages of http and https can be allowed; this one is of \`${protocol}\`.`,
    })
  else expect(advice.command).toContain(command)
  if (!/^https?:/.test(origin)) expect(JSON.stringify(advice)).not.toContain('--add-origin')
})
