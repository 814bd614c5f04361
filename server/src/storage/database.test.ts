import { describe, expect, test } from 'vitest'
import { isPassing, sortingErrors, StorageUnavailable } from './database.js'

const coded = (code: string, message = 'no') => Object.assign(new Error(message), { code })

describe('isPassing', () => {
  test.each([
    ['08006', 'connection failure'],
    ['53100', 'disk full'],
    ['53300', 'too many connections'],
    ['57P01', 'terminated by an administrator'],
    ['57014', 'statement timeout'],
    ['57P03', 'starting up'],
    ['40001', 'serialization failure'],
    ['40P01', 'deadlock'],
    ['58030', 'I/O error'],
    ['25006', 'read-only standby'],
    ['ECONNREFUSED', 'no server'],
    ['ECONNRESET', 'cut'],
    ['EPIPE', 'cut'],
    ['ETIMEDOUT', 'no answer'],
    ['EHOSTUNREACH', 'no route'],
    ['EAI_AGAIN', 'no DNS'],
    ['ENOSPC', 'disk full'],
  ])('%s (%s) passes', (code) => expect(isPassing(coded(code))).toBe(true))

  test.each([
    ['23505', 'unique violation'],
    ['23503', 'foreign key violation'],
    ['22021', 'invalid byte sequence'],
    ['22P02', 'invalid text'],
    ['42P01', 'no such table'],
    ['42601', 'syntax error'],
    ['28P01', 'wrong password'],
    ['25P02', 'transaction aborted'],
    ['P0002', 'no data found'],
    ['XX000', 'internal'],
    ['EACCES', 'no permission'],
  ])('%s (%s) does not: a retry would fail again', (code) => expect(isPassing(coded(code))).toBe(false))

  test.each([
    'Connection terminated unexpectedly',
    'timeout exceeded when trying to connect',
    'Query read timeout',
    'Client has encountered a connection error and is not queryable',
    'PGlite is closed',
  ])('"%s", which has no code, passes', (message) => expect(isPassing(new Error(message))).toBe(true))

  test('what is no error does not', () => {
    for (const thrown of [undefined, null, 'ECONNREFUSED', { code: '08006' }, new Error('08006')])
      expect(isPassing(thrown)).toBe(false)
    expect(isPassing(Object.assign(new Error('no'), { code: 8006 }))).toBe(false)
  })
})

test('a passing failure is StorageUnavailable with its cause, any other is itself', async () => {
  const cut = coded('ECONNRESET')
  const failed = await sortingErrors(() => Promise.reject(cut)).catch((error: unknown) => error)
  expect(failed).toBeInstanceOf(StorageUnavailable)
  expect(failed).toMatchObject({ cause: cut })
  const bug = coded('42601')
  await expect(sortingErrors(() => Promise.reject(bug))).rejects.toBe(bug)
  await expect(sortingErrors(() => Promise.resolve(1))).resolves.toBe(1)
})
