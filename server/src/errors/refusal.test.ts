import { expect, test } from 'vitest'
import { Refusal, toWireError, wireError } from './refusal.js'
import { StorageRefused, StorageUnavailable } from '../errors/storage-errors.js'

test('a refusal is sent as it is, and is no fault', () => {
  expect(toWireError(new Refusal('room_full', 'unable to join room; it is full', 1.2))).toEqual({
    wire: {
      code: 'room_full',
      message: 'unable to join room; it is full',
      retryable: true,
      retryAfterMs: 2,
    },
  })
})

test('a database that is away is `unavailable`, with a time to wait and without its address', () => {
  const { wire, requestId } = toWireError(new StorageUnavailable(new Error('connect ECONNREFUSED 10.0.0.7')))
  expect(wire).toMatchObject({ code: 'unavailable', retryable: true, retryAfterMs: 1_000 })
  expect(wire.message).not.toContain('10.0.0.7')
  expect(requestId).toBeUndefined()
})

test.each([new Error('password is hunter2'), 'hunter2', null, undefined, { message: 'hunter2' }])(
  'anything else is `internal`, not to be repeated, with an id for the log and no detail: %o',
  (error) => {
    const { wire, requestId } = toWireError(error)
    expect(wire).toMatchObject({ code: 'internal', retryable: false })
    expect(wire.message).toContain(requestId)
    expect(wire.message).not.toContain('hunter2')
  },
)

test('[ERROR-4] a fault that somebody waits behind is not final', () => {
  const { wire, requestId } = toWireError(new TypeError('no'), true)
  expect(wire).toMatchObject({ code: 'internal', retryable: true, retryAfterMs: 5_000 })
  expect(requestId).toBeDefined()
})

test('[ERROR-4] what Redis or the network says is `unavailable` wherever it comes from', () => {
  for (const error of [
    new Error('LOADING Redis is loading'),
    Object.assign(new Error(), { code: 'EAI_AGAIN' }),
  ])
    expect(toWireError(error).wire).toMatchObject({ code: 'unavailable', retryable: true })
})

test('data that the database does not take is a final refusal and no fault', () => {
  const { wire, requestId } = toWireError(new StorageRefused(Object.assign(new Error(), { code: '22021' })))
  expect(wire).toMatchObject({ code: 'invalid_request', retryable: false })
  expect(requestId).toBeUndefined()
})

test('no time to wait is no field', () => {
  expect(wireError('forbidden', 'unable')).toEqual({ code: 'forbidden', message: 'unable', retryable: false })
})
