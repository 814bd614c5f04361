import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { until } from '../test/support/until.js'
import { createSharedRead } from './shared-read.js'

/** Reads that end when told to. */
function controlledReads() {
  const reads: { answer: (value: string) => void; fail: (error: Error) => void }[] = []
  const read = createSharedRead(() => new Promise<string>((answer, fail) => reads.push({ answer, fail })))
  const started = (count: number) => until(() => expect(reads).toHaveLength(count))
  return { reads, read, started }
}

test('callers of one turn share one read', async () => {
  const { reads, read, started } = controlledReads()
  const callers = Array.from({ length: 1_000 }, () => read())
  await started(1)
  reads[0]?.answer('new')
  expect(new Set(await Promise.all(callers))).toEqual(new Set(['new']))
})

test('[P4] who asks while a read is in flight gets one that started later', async () => {
  const { reads, read, started } = controlledReads()
  const early = read()
  await started(1)
  const late = Promise.all([read(), read(), read()])
  reads[0]?.answer('old')
  expect(await early).toBe('old')
  await started(2)
  reads[1]?.answer('new')
  expect(await late).toEqual(['new', 'new', 'new'])
})

test('[P7] at most one read is in flight, at whatever moment others ask', async () => {
  let started = 0
  let inFlight = 0
  let mostInFlight = 0
  const read = createSharedRead(async () => {
    started += 1
    mostInFlight = Math.max(mostInFlight, (inFlight += 1))
    await setImmediate()
    inFlight -= 1
  })
  const asked: Promise<void>[] = []
  for (let turn = 0; turn < 50; turn += 1) {
    // Between the end of one read and the start of the next lie several steps; ask at each of them.
    for (let step = 0; step < 10; step += 1) {
      asked.push(read())
      await Promise.resolve()
    }
    await setImmediate()
  }
  await Promise.all(asked)
  expect(mostInFlight).toBe(1)
  expect(started, 'reads went on all the time').toBeGreaterThan(10)
})

test('a failed read fails those who share it and nobody else', async () => {
  const { reads, read, started } = controlledReads()
  const first = read()
  await started(1)
  const second = read()
  reads[0]?.fail(new Error('away'))
  await expect(first).rejects.toThrow('away')
  await started(2)
  reads[1]?.answer('back')
  await expect(second).resolves.toBe('back')
})

test('a read that throws at once is a rejection', async () => {
  const read = createSharedRead(() => {
    throw new Error('closed')
  })
  await expect(read()).rejects.toThrow('closed')
  await expect(read()).rejects.toThrow('closed')
})
