import { Writable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { createLogDestination, streamSink } from './log-destination.js'

const AT = new Date('2026-01-02T03:04:05Z')

function flaky() {
  const written: string[] = []
  const sink = {
    isFull: false,
    write(line: string) {
      if (sink.isFull) throw Object.assign(new Error('no'), { code: 'ENOSPC' })
      written.push(line)
    },
    flush: () => Promise.resolve(true),
  }
  return { sink, written }
}

test('a line that cannot be written is dropped and counted; what is missing is said when there is room again', () => {
  const { sink, written } = flaky()
  const log = createLogDestination(sink, () => AT)
  log.write('one\n')
  sink.isFull = true
  log.write('two\n')
  log.write('three\n')
  expect(log.dropped).toBe(2)
  sink.isFull = false
  log.write('four\n')
  log.write('five\n')
  expect(written.map((line) => line.trim())).toEqual([
    'one',
    '{"level":"warn","time":"2026-01-02T03:04:05.000Z","dropped":2,"msg":"lines of the log could not be written"}',
    'four',
    'five',
  ])
  expect(log.dropped).toBe(2)
})

describe('a stream', () => {
  const stuck = () => new Writable({ highWaterMark: 1, write: () => {} })

  test('that nobody reads takes a bounded number of bytes, and holds up no stop', async () => {
    const stream = stuck()
    const log = createLogDestination(streamSink(stream))
    const line = `${'x'.repeat(999)}\n`
    for (let i = 0; i < 5_000; i += 1) log.write(line)
    expect(log.dropped).toBeGreaterThan(3_000)
    expect(stream.writableLength).toBeLessThanOrEqual(1024 * 1024)
    expect(await log.flush(1)).toBe(false)
  })

  test('that breaks drops what follows', async () => {
    const stream = new Writable({ write: (_chunk, _encoding, done) => done(new Error('EPIPE')) })
    const log = createLogDestination(streamSink(stream))
    log.write('one\n')
    await new Promise((resolve) => stream.once('error', resolve))
    log.write('two\n')
    expect(log.dropped).toBe(1)
    expect(await log.flush(1_000)).toBe(false)
  })

  test('that is read is flushed', async () => {
    const read: string[] = []
    const stream = new Writable({
      write(chunk: Buffer, _encoding, done) {
        read.push(chunk.toString())
        setImmediate(done)
      },
    })
    const log = createLogDestination(streamSink(stream))
    log.write('one\n')
    log.write('two\n')
    expect(await log.flush(60_000)).toBe(true)
    expect(read.join('')).toBe('one\ntwo\n')
  })
})
