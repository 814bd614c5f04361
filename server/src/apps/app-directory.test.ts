import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createLogger } from '../process/logger.js'
import type { AppRow } from '../storage/app-repository.js'
import { StorageUnavailable } from '../errors/storage-errors.js'
import { createAppDirectory } from './app-directory.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const FRESH_MS = 5_000

function startDirectory() {
  const find = vi.fn((id: string) =>
    Promise.resolve<AppRow | undefined>(id === 'demo' ? { id, secret: 's', settings: {} } : undefined),
  )
  const findByDigest = () => Promise.resolve(undefined)
  return { find, directory: createAppDirectory({ find, findByDigest }, createLogger('silent')) }
}

test('an app is asked for once in 5 s, an unknown one too', async () => {
  const { find, directory } = startDirectory()
  for (const id of ['demo', 'none', 'demo', 'none']) await directory.find(id)
  expect(find).toHaveBeenCalledTimes(2)
  vi.advanceTimersByTime(FRESH_MS)
  expect(await directory.find('none')).toBeUndefined()
  expect(await directory.find('demo')).toMatchObject({ id: 'demo' })
  expect(find).toHaveBeenCalledTimes(4)
})

test('a handshake storm is one query', async () => {
  const { find, directory } = startDirectory()
  await Promise.all(Array.from({ length: 100 }, () => directory.find('demo')))
  expect(find).toHaveBeenCalledTimes(1)
})

test('a change is seen after 5 s even when the clock was set back meanwhile', async () => {
  const { find, directory } = startDirectory()
  await directory.find('demo')
  vi.setSystemTime(Date.now() - 600_000)
  vi.advanceTimersByTime(FRESH_MS)
  await directory.find('demo')
  expect(find).toHaveBeenCalledTimes(2)
})

test('while the database is away the last known app is good; one never seen is not made up', async () => {
  const { find, directory } = startDirectory()
  await directory.find('demo')
  await directory.find('none')
  vi.advanceTimersByTime(FRESH_MS)
  find.mockRejectedValue(new StorageUnavailable('away'))
  expect(await directory.find('demo')).toMatchObject({ id: 'demo' })
  await expect(directory.find('new')).rejects.toBeInstanceOf(StorageUnavailable)
  await expect(directory.find('none')).rejects.toBeInstanceOf(StorageUnavailable)
})

test('what cannot be an id is not asked for', async () => {
  const { find, directory } = startDirectory()
  for (const id of ['', '__proto__', 'Demo', "x'; drop table apps"])
    expect(await directory.find(id)).toBeUndefined()
  expect(find).not.toHaveBeenCalled()
})

test('[P7] an address may guess 60 unknown ids in 10 s; what the node knows, and its neighbours, notice nothing', async () => {
  const { find, directory } = startDirectory()
  await directory.find('demo', 'a')
  for (let i = 0; i < 60; i += 1) expect(await directory.find(`none-${i}`, 'a')).toBeUndefined()
  await expect(directory.find('none-60', 'a')).rejects.toMatchObject({ code: 'rate_limited' })
  expect(find).toHaveBeenCalledTimes(61)
  expect(await directory.find('none-1', 'a'), 'asked for before').toBeUndefined()
  expect(await directory.find('none-60', 'b')).toBeUndefined()
  vi.advanceTimersByTime(FRESH_MS)
  expect(await directory.find('demo', 'a'), 'known, and to be read again').toMatchObject({ id: 'demo' })
  vi.advanceTimersByTime(10_000)
  expect(await directory.find('none-62', 'a')).toBeUndefined()
})

test('[P7] guesses that run at the same time are counted', async () => {
  const { find, directory } = startDirectory()
  await Promise.allSettled(Array.from({ length: 1_000 }, (_, i) => directory.find(`none-${i}`, 'a')))
  expect(find).toHaveBeenCalledTimes(60)
})

test('unknown ids, however many, push out no app that an outage may need', async () => {
  const { find, directory } = startDirectory()
  await directory.find('demo')
  for (let i = 0; i < 5_000; i += 1) await directory.find(`none-${i}`)
  vi.advanceTimersByTime(FRESH_MS)
  find.mockRejectedValue(new StorageUnavailable('away'))
  expect(await directory.find('demo')).toMatchObject({ id: 'demo' })
})

describe('a secret key', () => {
  const digestOf = (secret: string) => createHash('sha256').update(secret).digest('hex')

  function startKeys() {
    const findByDigest = vi.fn((digest: string) =>
      Promise.resolve<AppRow | undefined>(
        digest === digestOf('key') ? { id: 'demo', secret: 'key', settings: {} } : undefined,
      ),
    )
    const find = () => Promise.resolve(undefined)
    return { findByDigest, directory: createAppDirectory({ find, findByDigest }, createLogger('silent')) }
  }

  test('[P7] that is wrong is looked up once in 5 s', async () => {
    const { findByDigest, directory } = startKeys()
    for (let i = 0; i < 3; i += 1) expect(await directory.findBySecret('wrong', 'a')).toBeUndefined()
    expect(findByDigest).toHaveBeenCalledTimes(1)
    vi.advanceTimersByTime(FRESH_MS)
    await directory.findBySecret('wrong', 'a')
    expect(findByDigest).toHaveBeenCalledTimes(2)
  })

  test('[P7] may be guessed 60 times in 10 s by an address; known keys, and its neighbours, notice nothing', async () => {
    const { findByDigest, directory } = startKeys()
    await directory.findBySecret('key', 'a')
    const guesses = await Promise.allSettled(
      Array.from({ length: 1_000 }, (_, i) => directory.findBySecret(`wrong ${i}`, 'a')),
    )
    expect(findByDigest).toHaveBeenCalledTimes(61)
    expect(guesses.at(-1)).toMatchObject({ reason: { code: 'rate_limited' } })
    vi.advanceTimersByTime(FRESH_MS)
    expect(await directory.findBySecret('key', 'a'), 'known, and to be read again').toMatchObject({
      id: 'demo',
    })
    expect(await directory.findBySecret('wrong', 'b')).toBeUndefined()
    vi.advanceTimersByTime(FRESH_MS)
    expect(await directory.findBySecret('wrong 99', 'a'), 'in the next window').toBeUndefined()
  })

  test('[P7] that is right is no guess, and is looked up once for all who wait', async () => {
    const { findByDigest, directory } = startKeys()
    await Promise.all(Array.from({ length: 100 }, () => directory.findBySecret('key', 'a')))
    expect(findByDigest).toHaveBeenCalledTimes(1)
    for (let i = 0; i < 60; i += 1)
      expect(await directory.findBySecret(`wrong ${i}`, 'a'), String(i)).toBeUndefined()
  })
})
