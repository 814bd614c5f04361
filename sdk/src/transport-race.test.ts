import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ChatError } from './errors.js'
import { LIMITS } from './protocol/index.js'
import type { TransportHandlers } from './transport.js'
import { raceTransports, type Way } from './transport-race.js'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
})

const greeting = {
  name: 'session:opened' as const,
  fact: { me: { id: 'ada', name: 'Ada' }, renamable: false, limits: LIMITS, serverTime: 0 },
}
const unreachable = () => new ChatError('server_unreachable', 'unable to connect; no way to the server')

/** What was opened, in order, and what the connection was told. Pages of history are never answered. */
function scene() {
  const opened: { way: Way; handlers: TransportHandlers; closed: number }[] = []
  const race = raceTransports(({ way }, handlers) => {
    const entry = { way, handlers, closed: 0 }
    opened.push(entry)
    const request = (name: string) =>
      name === 'room:history'
        ? new Promise<never>(() => {})
        : Promise.resolve({ ok: true, from: way } as never)
    return { request, close: () => entry.closed++ }
  })
  const attempt = () => {
    opened.length = 0
    const heard: string[] = []
    const transport = race(
      { auth: { protocol: 1, app: 'demo' } },
      { fact: ({ name }) => heard.push(name), down: ({ code }) => heard.push(code) },
    )
    return { transport, heard }
  }
  const ways = () => opened.map(({ way }) => way)
  return { attempt, opened, ways }
}

const LATE_MS = 4_000

it('a greeting in time leaves the other way alone', async () => {
  const { attempt, opened, ways } = scene()
  const { transport, heard } = attempt()
  opened[0]!.handlers.fact(greeting)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(ways()).toEqual(['websocket'])
  expect(heard).toEqual(['session:opened'])
  transport.close()
  expect(opened[0]!.closed).toBe(1)
})

it('a late greeting opens the other transport in parallel, the first to be greeted stays, and the other is closed', async () => {
  const { attempt, opened, ways } = scene()
  const { transport, heard } = attempt()
  await vi.advanceTimersByTimeAsync(LATE_MS)
  expect(ways()).toEqual(['websocket', 'polling'])
  // Slow, and not silent.
  opened[0]!.handlers.fact(greeting)
  expect(opened.map(({ closed }) => closed)).toEqual([0, 1])
  opened[1]!.handlers.fact(greeting)
  opened[1]!.handlers.down(unreachable())
  expect(heard).toEqual(['session:opened'])
  expect(await transport.request('typing:stop', { room: 'x' }, 1)).toMatchObject({ from: 'websocket' })
  transport.close()
})

it('a failing transport is replaced by the other immediately; only the end of both is reported', () => {
  const { attempt, opened, ways } = scene()
  const { heard } = attempt()
  opened[0]!.handlers.down(unreachable())
  expect(ways()).toEqual(['websocket', 'polling'])
  expect(heard).toEqual([])
  opened[1]!.handlers.down(unreachable())
  expect(heard).toEqual(['server_unreachable'])
})

it('an answer in words ends both: the other way would get it as well', async () => {
  const { attempt, opened } = scene()
  const { heard } = attempt()
  await vi.advanceTimersByTimeAsync(LATE_MS)
  opened[1]!.handlers.down(new ChatError('token_expired', 'unable to connect; the token has expired'))
  expect(heard).toEqual(['token_expired'])
  expect(opened[0]!.closed).toBe(1)
})

it('what got through is where the next three attempts begin; then WebSocket is given its chance again', async () => {
  const { attempt, opened, ways } = scene()
  const overPolling = async () => {
    const { transport } = attempt()
    await vi.advanceTimersByTimeAsync(LATE_MS)
    opened[1]!.handlers.fact(greeting)
    expect(ways()).toEqual(['websocket', 'polling'])
    transport.close()
  }
  await overPolling()
  for (let i = 0; i < 3; i++) {
    const { transport } = attempt()
    opened[0]!.handlers.fact(greeting)
    expect(ways()).toEqual(['polling'])
    transport.close()
  }
  await overPolling()
  // Polling is silent now, and WebSocket is not: it is first again.
  const { transport } = attempt()
  await vi.advanceTimersByTimeAsync(LATE_MS)
  expect(ways()).toEqual(['polling', 'websocket'])
  opened[1]!.handlers.fact(greeting)
  transport.close()
  attempt().transport.close()
  expect(ways()).toEqual(['websocket'])
})

it.each(['down', 'close'] as const)(
  'a connection that falls silent soon after its greeting (%s) is not upgraded to one like it',
  async (end) => {
    const { attempt, opened, ways } = scene()
    const { transport } = attempt()
    opened[0]!.handlers.fact(greeting)
    await vi.advanceTimersByTimeAsync(45_000)
    if (end === 'close') transport.close(true)
    else opened[0]!.handlers.down(new ChatError('offline', 'unable to stay connected; ping timeout'), true)
    attempt().transport.close()
    expect(ways()).toEqual(['polling-only'])
  },
)

it('a connection that lived long and then fell silent says nothing about its way', async () => {
  const { attempt, opened, ways } = scene()
  attempt()
  opened[0]!.handlers.fact(greeting)
  await vi.advanceTimersByTimeAsync(3_600_000)
  opened[0]!.handlers.down(new ChatError('offline', 'unable to stay connected; ping timeout'), true)
  attempt().transport.close()
  expect(ways()).toEqual(['websocket'])
})

describe('a connection that ends soon after its greeting', () => {
  const endsSoon = (opened: { handlers: TransportHandlers }[]) => {
    opened[0]!.handlers.fact(greeting)
    opened[0]!.handlers.down(new ChatError('offline', 'unable to stay connected; the connection ended'))
  }

  it('before any join was answered, twice in a row, leads to the other way', () => {
    const { attempt, opened, ways } = scene()
    for (const way of ['websocket', 'websocket', 'polling-only']) {
      attempt()
      expect(ways()).toEqual([way])
      endsSoon(opened)
    }
  })

  it('with a page of history unanswered, twice in a row, leads to the other way', async () => {
    const { attempt, opened, ways } = scene()
    for (const way of ['websocket', 'websocket', 'polling-only']) {
      const { transport } = attempt()
      expect(ways()).toEqual([way])
      opened[0]!.handlers.fact(greeting)
      for (const room of ['x', 'y']) await transport.request('room:join', { room }, 1)
      void transport.request('room:history', { room: 'x', before: 9, limit: 50 }, 1)
      opened[0]!.handlers.down(new ChatError('offline', 'unable to stay connected; the connection ended'))
    }
  })

  it('after a join was answered says nothing about its way', async () => {
    const { attempt, opened, ways } = scene()
    for (let i = 0; i < 5; i++) {
      const { transport } = attempt()
      expect(ways()).toEqual(['websocket'])
      opened[0]!.handlers.fact(greeting)
      await transport.request('room:join', { room: 'x' }, 1)
      opened[0]!.handlers.down(new ChatError('offline', 'unable to stay connected; the connection ended'))
    }
  })
})
