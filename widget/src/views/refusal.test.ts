import { ChatError, type ErrorCode } from '@alcove/sdk'
import { render } from 'lit'
import { expect, test } from 'vitest'
import { explanation } from './refusal.js'

function shown(code: ErrorCode, message: string): { text: string; codes: (string | null)[] } {
  const place = document.createElement('div')
  const error = new ChatError(code, message)
  render(
    explanation(error, { app: 'shop', debug: true }, (key) => key)!,
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

test('what the server said in particular is told too', () => {
  const { text } = shown('protocol_unsupported', 'unable to connect; the client speaks 1, the server 2')
  expect(text).toContain('the client speaks 1, the server 2. Client and server speak different')
})

test('a line to run stands for the words of the server that name it', () => {
  const { text, codes } = shown('origin_not_allowed', 'unable to connect; to allow it run: alcove app update')
  expect(text).not.toContain('to allow it run')
  expect(codes.at(-1)).toBe(`alcove app update shop --add-origin ${location.origin}`)
})
