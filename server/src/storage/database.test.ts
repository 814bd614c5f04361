import { expect, test } from 'vitest'
import { sortingErrors } from './database.js'
import { StorageRefused, StorageUnavailable } from '../errors/storage-errors.js'

const coded = (code: string, message = 'no') => Object.assign(new Error(message), { code })
const failure = (error: Error) =>
  sortingErrors(() => Promise.reject(error)).catch((thrown: unknown) => thrown)

test('what may pass is StorageUnavailable, with the code and words of its cause', async () => {
  const cut = coded('ECONNRESET', 'cut')
  const failed = await failure(cut)
  expect(failed).toBeInstanceOf(StorageUnavailable)
  expect(failed).toMatchObject({ cause: cut, code: 'ECONNRESET', reason: 'cut', stage: 'statement' })
})

test('data that is not taken is StorageRefused, without the words: they repeat the data', async () => {
  const failed = await failure(coded('22P02', 'invalid input syntax: "hunter2"'))
  expect(failed).toBeInstanceOf(StorageRefused)
  expect(failed).toMatchObject({ code: '22P02' })
  expect(failed).not.toHaveProperty('cause')
  expect((failed as Error).message).not.toContain('hunter2')
})

test('any other failure is itself, and what is sorted stays', async () => {
  const bug = coded('42601')
  await expect(failure(bug)).resolves.toBe(bug)
  const sorted = new StorageUnavailable(coded('28P01'), 'connection')
  await expect(failure(sorted)).resolves.toBe(sorted)
  await expect(sortingErrors(() => Promise.resolve(1))).resolves.toBe(1)
})
