import { describe, expect, test, vi } from 'vitest'
import { servicesWith, unlimited } from '../../test/support/operations.js'
import { until } from '../../test/support/until.js'
import { toApp } from '../apps/app-directory.js'
import { Refusal } from '../errors/refusal.js'
import { createLogger } from '../process/logger.js'
import { createMetrics } from '../metrics.js'
import { REQUESTS } from '../operations/index.js'
import { createRunner } from '../operations/run.js'
import type { Services } from '../operations/services.js'
import type { Session } from '../operations/session/session.js'
import { Connection } from './connection.js'
import { createDispatcher } from './dispatch.js'

function startConnection(services: Partial<Services> = {}) {
  let receive: (...frame: unknown[]) => void = () => {}
  const emit = vi.fn()
  const close = vi.fn()
  const session: Session = {
    app: toApp({ id: 'demo', secret: '', settings: {} }),
    identity: { kind: 'guest', user: { id: 'guest:1', name: 'Ada', guest: true }, capabilities: ['read'] },
    address: '1.2.3.4',
    guestToken: undefined,
    protocol: 1,
    isNewGuest: false,
  }
  const socket = {
    id: 's1',
    data: { session },
    connected: true,
    emit,
    join: vi.fn(),
    leave: vi.fn(),
    conn: { close },
    onAny: (listener: typeof receive) => (receive = listener),
  }
  const metrics = createMetrics()
  const log = createLogger('silent')
  const logged = vi.spyOn(log, 'error')
  const dispatcher = createDispatcher({
    runner: createRunner(servicesWith({ rates: unlimited(), ...services })),
    metrics,
    log,
  })
  dispatcher.listen(new Connection(socket))
  const ask = (name: unknown, ...args: unknown[]) =>
    new Promise<{ ok: boolean; error?: { code: string; message: string } }>((ack) =>
      receive(name, ...args, ack),
    )
  return { receive: (...frame: unknown[]) => receive(...frame), ask, emit, close, logged }
}

describe('[P9] no frame gets past unchecked', () => {
  test.each(['nope', 'constructor', '__proto__', 'toString', 'hasOwnProperty', '', 7, 'x'.repeat(60_000)])(
    'a request named %.20s is no request',
    async (name) => {
      const { ask, close, logged } = startConnection()
      expect(await ask(name, {})).toMatchObject({ ok: false, error: { code: 'invalid_request' } })
      expect(close).not.toHaveBeenCalled()
      expect(logged).not.toHaveBeenCalled()
    },
  )

  test.each([
    [[]],
    [[{}]],
    [['room:join']],
    [['room:join', {}]],
    [['room:join', {}, {}]],
    [['room:join', null]],
  ])('a frame without an ack closes the connection and says why: %j', (frame) => {
    const { receive, emit, close } = startConnection()
    receive(...frame)
    expect(emit).toHaveBeenCalledExactlyOnceWith('session:closing', {
      error: expect.objectContaining({ code: 'invalid_request' }) as unknown,
    })
    expect(close).toHaveBeenCalledTimes(1)
  })

  test.each([
    [[]],
    [[null]],
    [['lobby']],
    [[1]],
    [[[]]],
    [[[{ room: 'lobby' }]]],
    [[Buffer.from('lobby')]],
    [[{ room: 'lobby' }, 'more']],
    [[{}]],
    [[{ room: 1 }]],
    [[{ room: ['lobby'] }]],
    [[{ room: Buffer.from('lobby') }]],
    [[{ room: 'no spaces' }]],
    [[{ room: 'x'.repeat(129) }]],
    [[{ room: 'lobby\n' }]],
    [[{ room: 'lobby', extra: 1 }]],
    [[{ room: 'lobby', leave: Array(51).fill('a') }]],
    [[JSON.parse('{"room":"lobby","__proto__":{"a":1}}')]],
    [[{ room: 'lobby', since: { epoch: 'e', rev: -1 } }]],
    [[{ room: 'lobby', since: { epoch: 'e', rev: 1.5 } }]],
    [[{ room: 'lobby', since: { epoch: 'e', rev: 2 ** 53 } }]],
  ])('a join of the wrong shape is refused by name and not passed on: %j', async (args) => {
    const open = vi.fn()
    const { ask, logged } = startConnection({ hub: { open, get: vi.fn(), releaseIfEmpty: vi.fn() } })
    expect(await ask('room:join', ...args)).toMatchObject({ ok: false, error: { code: 'invalid_request' } })
    expect(open).not.toHaveBeenCalled()
    expect(logged).not.toHaveBeenCalled()
  })

  test('a buffer or ten thousand keys instead of a request cost next to nothing', async () => {
    const { ask } = startConnection()
    const keys = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`k${i}`, 0]))
    const { input } = REQUESTS['room:history']
    const timed = async (run: (value: unknown) => unknown) => {
      const start = performance.now()
      await run(Buffer.alloc(64_000))
      await run(keys)
      return performance.now() - start
    }
    // What else the machine does is in some of the rounds, what the request costs is in each.
    let [schemaMs, askMs] = [Infinity, Infinity]
    for (let round = 0; round < 3; round += 1) {
      schemaMs = Math.min(schemaMs, await timed((value) => input.safeParse(value)))
      askMs = Math.min(askMs, await timed((value) => ask('room:history', value)))
    }
    expect(askMs).toBeLessThan(schemaMs / 3)
  })

  test('of a request with several shapes the field is named as well', async () => {
    const { ask } = startConnection()
    expect(await ask('room:history', { room: 'lobby', limit: 5 })).toMatchObject({
      error: { code: 'invalid_request', message: expect.stringContaining('before: ') as string },
    })
  })

  test('what is wrong is named, and what was sent is not repeated', async () => {
    const { ask } = startConnection()
    const unknown = await ask('room:join', { room: 'lobby', '<b>secret</b>': 1 })
    expect(unknown.error?.message).toContain('unknown field')
    expect(unknown.error?.message).not.toContain('secret')
    expect((await ask('room:join', { room: 1 })).error?.message).toContain('room')
  })
})

describe('[P9] nothing an operation throws gets out', () => {
  test('a refusal is sent as it is', async () => {
    const take = () => Promise.reject(new Refusal('rate_limited', 'unable to join room; too often', 700.2))
    const { ask, logged } = startConnection({ rates: { take, takeAll: take, charge: take } })
    expect(await ask('room:join', { room: 'lobby' })).toEqual({
      ok: false,
      error: {
        code: 'rate_limited',
        message: 'unable to join room; too often',
        retryable: true,
        retryAfterMs: 701,
      },
    })
    expect(logged).not.toHaveBeenCalled()
  })

  test('a fault is `internal` with an id that is in the log, and no details', async () => {
    const take = () => Promise.reject(new Error('password is hunter2'))
    const { ask, logged } = startConnection({ rates: { take, takeAll: take, charge: take } })
    const { error } = await ask('room:join', { room: 'lobby' })
    expect(error?.code).toBe('internal')
    expect(error?.message).not.toContain('hunter2')
    const [entry] = logged.mock.calls[0] as unknown as [{ requestId: string; operation: string }]
    expect(error?.message).toContain(entry.requestId)
    expect(entry.operation).toBe('room:join')
  })

  test('an ack that throws ends in the log, not in the process', async () => {
    const take = () => Promise.reject(new Error('x'))
    const { receive, logged } = startConnection({ rates: { take, takeAll: take, charge: take } })
    receive('room:join', { room: 'lobby' }, () => {
      throw new Error('cannot encode')
    })
    await until(() => expect(logged).toHaveBeenCalledTimes(2))
  })
})

describe('[P7] bounds', () => {
  test('too many requests under way are refused with a time to wait', async () => {
    const take = () => new Promise<never>(() => {})
    const { ask } = startConnection({ rates: { take, takeAll: take, charge: take } })
    for (let request = 0; request < 100; request += 1) void ask('room:join', { room: 'lobby' })
    expect(await ask('room:join', { room: 'lobby' })).toMatchObject({
      error: { code: 'overloaded', retryable: true, retryAfterMs: 1_000 },
    })
  })

  test('too many requests in a second are refused with a time to wait', async () => {
    const { ask } = startConnection()
    for (let request = 0; request < 200; request += 1) void ask('nope', {})
    expect(await ask('nope', {})).toMatchObject({ error: { code: 'rate_limited', retryable: true } })
  })

  test('beyond 50 of a wrong shape in a second nothing is looked at any more', async () => {
    const { ask } = startConnection()
    const wrong = { room: 'lobby', leave: Array(15_000).fill(1) }
    const codes: (string | undefined)[] = []
    for (let request = 0; request < 60; request += 1)
      codes.push((await ask(request % 2 ? 'room:join' : 'nope', wrong)).error?.code)
    expect(codes.indexOf('rate_limited')).toBe(50)
    expect(new Set(codes.slice(50))).toEqual(new Set(['rate_limited']))
  })

  test('a flood closes the connection', () => {
    const { receive, close, emit } = startConnection()
    for (let frame = 0; frame < 1_001; frame += 1) receive('nope', {}, () => {})
    expect(emit).toHaveBeenCalledWith('session:closing', {
      error: expect.objectContaining({ code: 'rate_limited', retryAfterMs: 10_000 }) as unknown,
    })
    expect(close).toHaveBeenCalled()
  })
})
