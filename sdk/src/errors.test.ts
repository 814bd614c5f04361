import { expect, it } from 'vitest'
import { ChatError } from './errors.js'
import type { ErrorCode } from './protocol/index.js'

it('is as retryable as the shared table says', () => {
  expect(new ChatError('room_full', 'unable to test; reason').retryable).toBe(true)
  expect(new ChatError('forbidden', 'unable to test; reason').retryable).toBe(false)
})

it('a code only a newer server knows is not tried again', () => {
  expect(new ChatError('from_the_future' as ErrorCode, 'unable to test; reason').retryable).toBe(false)
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

it.each([
  { code: 'ECONNREFUSED' },
  { code: 'hasOwnProperty', message: 'unable to read' },
  { code: 'forbidden', message: 'unable to pass; a proxy says so' },
  { code: 403, retryable: 'no' },
  'forbidden',
  42,
  null,
  undefined,
])('what has not the form of a failure (%j) is a fault that may pass', (wire) => {
  expect(ChatError.fromWire(wire as never)).toMatchObject({ code: 'internal', name: 'ChatError' })
})
