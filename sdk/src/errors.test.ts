import { expect, it } from 'vitest'
import { ChatError } from './errors.js'
import { ERROR_CODES, type ErrorCode } from './protocol/index.js'

it.each(Object.keys(ERROR_CODES) as ErrorCode[])('%s is as retryable as the shared table says', (code) => {
  expect(new ChatError(code, 'unable to test; reason').retryable).toBe(ERROR_CODES[code].retryable)
})

it('comes over the wire whole; what the server says of retrying wins', () => {
  const wire = {
    code: 'forbidden' as const,
    message: 'unable to send; muted',
    retryable: true,
    retryAfterMs: 5,
  }
  const error = ChatError.fromWire(wire)
  expect(error).toBeInstanceOf(Error)
  expect(error).toMatchObject({ ...wire, name: 'ChatError' })
})
