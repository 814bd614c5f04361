import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Chat, ChatOptions, ChatStatus } from './types.js'
import { ChatClient } from './chat.js'
import { Connection } from './connection.js'
import { ChatError } from './errors.js'
import { LIMITS, OLDEST_PROTOCOL, PROTOCOL_VERSION } from './protocol/index.js'
import { createFakeServer, type FakeServer, type FakeServerOptions } from './testing/index.js'
import { afterMove } from './connection-state.js'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  // Whatever a test opened it has closed: nothing is left that would keep a process alive.
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

interface Scene {
  server: FakeServer
  chat: Chat
  /** Every status after `idle`, in order. */
  seen: ChatStatus[]
}

async function withChat(
  options: FakeServerOptions & { chat?: Partial<ChatOptions> },
  play: (scene: Scene) => Promise<void>,
) {
  const server = createFakeServer(options)
  const chat = server.createChat(options.chat)
  const seen: ChatStatus[] = []
  chat.on('status', ({ current }) => seen.push(current))
  try {
    await play({ server, chat, seen })
  } finally {
    await chat.close()
  }
}

const settle = (ms = 0) => vi.advanceTimersByTimeAsync(ms)

describe('states', () => {
  it('a closed chat stays closed', () => {
    for (const move of ['start', 'opened', 'lost', 'refused', 'close'] as const)
      expect(afterMove('closed', move)).toBeUndefined()
  })

  it('opens nothing before it is asked to', () =>
    withChat({}, async ({ server, chat }) => {
      await settle()
      expect(chat.status).toBe('idle')
      expect(server.connectionCount).toBe(0)
    }))

  it('is online once the server greeted', () =>
    withChat({}, async ({ chat, seen }) => {
      await chat.connect()
      expect(seen).toEqual(['connecting', 'online'])
      expect(chat.me).toMatchObject({ guest: true })
    }))

  it('concurrent connects share one connection', () =>
    withChat({}, async ({ server, chat }) => {
      await Promise.all([chat.connect(), chat.connect(), chat.join('lobby')])
      expect(server.connectionCount).toBe(1)
    }))

  it('close is final, and may be called twice', () =>
    withChat({}, async ({ server, chat, seen }) => {
      await chat.connect()
      await chat.close()
      await chat.close()
      expect(seen.at(-1)).toBe('closed')
      expect(seen.filter((status) => status === 'closed')).toHaveLength(1)
      expect(server.connectionCount).toBe(0)
      await expect(chat.connect()).rejects.toMatchObject({ code: 'closed' })
      await expect(chat.join('lobby')).rejects.toMatchObject({ code: 'closed' })
    }))

  it('close while connecting rejects who waits', () =>
    withChat({ latencyMs: 50 }, async ({ chat }) => {
      const waits = [chat.connect(), chat.join('lobby')].map((wait) =>
        expect(wait).rejects.toMatchObject({ code: 'closed' }),
      )
      await settle(10)
      await chat.close()
      await Promise.all(waits)
      // What the server still had on its way arrives at nobody.
      await settle(200)
    }))
})

describe('outages', () => {
  it('comes back by itself, and says when', () =>
    withChat({}, async ({ server, chat, seen }) => {
      await chat.connect()
      server.dropConnection()
      expect(chat.status).toBe('offline')
      expect(chat.error).toMatchObject({ code: 'offline', retryable: true })
      expect(chat.retryInMs).toBe(500)
      await settle(500)
      expect(seen).toEqual(['connecting', 'online', 'offline', 'connecting', 'online'])
      expect(chat.error).toBeUndefined()
      expect(chat.retryInMs).toBeUndefined()
    }))

  it('waits longer after each failure, 30 s at most', () =>
    withChat({}, async ({ server, chat }) => {
      server.goOffline()
      void chat.connect().catch(() => {})
      const waits: number[] = []
      for (let i = 0; i < 11; i++) {
        await settle()
        waits.push(chat.retryInMs!)
        await settle(chat.retryInMs)
      }
      // Half of each window, as the fake's random says.
      expect(waits.slice(0, 4)).toEqual([500, 750, 1_125, 1_688])
      expect(waits.at(-1)).toBeGreaterThanOrEqual(14_999)
      expect(Math.max(...waits)).toBeLessThanOrEqual(15_000)
      expect(chat.error).toMatchObject({ code: 'server_unreachable' })
    }))

  it('does not come before the server wants it', () =>
    withChat({}, async ({ server, chat }) => {
      await chat.connect()
      server.closeSessions('draining', { retryAfterMs: 4_000 })
      await settle()
      expect(chat.error).toMatchObject({ code: 'draining', retryAfterMs: 4_000 })
      expect(chat.retryInMs).toBe(4_500)
    }))

  it('a server that greets and throws out meets backoff, not a busy loop', () =>
    withChat({}, async ({ server, chat }) => {
      await chat.connect()
      const waits: number[] = []
      for (let i = 0; i < 4; i++) {
        server.dropConnection()
        waits.push(chat.retryInMs!)
        await settle(chat.retryInMs)
        expect(chat.status).toBe('online')
      }
      expect(waits).toEqual([500, 750, 1_125, 1_688])
      await settle(11_000)
      server.dropConnection()
      expect(chat.retryInMs).toBe(500)
    }))

  it('all nodes drained in turn: back after each one’s wish and a second at most, complete', () =>
    withChat({}, async ({ server, chat }) => {
      const room = await chat.join('lobby')
      const waits: number[] = []
      for (let node = 1; node <= 3; node++) {
        await settle(1_000)
        server.closeSessions('draining', { retryAfterMs: 1_000 })
        await settle()
        server.sayAs('Bob', `said while node ${node} went`)
        waits.push(chat.retryInMs!)
        await settle(chat.retryInMs)
        expect(room.status).toBe('joined')
      }
      expect(waits).toEqual([1_500, 1_500, 1_500])
      expect(room.messages.map(({ text }) => text)).toEqual([1, 2, 3].map((n) => `said while node ${n} went`))
    }))

  it('nodes that are all about to go, and say so at the door, meet backoff', () =>
    withChat({}, async ({ server, chat }) => {
      await chat.connect()
      server.closeSessions('draining', { retryAfterMs: 1_000 })
      await settle()
      const waits: number[] = []
      for (let i = 0; i < 4; i++) {
        waits.push(chat.retryInMs!)
        server.refuseHandshake('draining', { retryAfterMs: 1_000 })
        await settle(chat.retryInMs)
      }
      expect(waits).toEqual([1_500, 1_750, 2_125, 2_688])
    }))

  it('connect waits through an outage', () =>
    withChat({}, async ({ server, chat }) => {
      server.goOffline()
      const connected = chat.connect()
      await settle(5_000)
      expect(chat.status).toBe('offline')
      server.goOnline()
      await settle()
      await connected
      expect(chat.status).toBe('online')
    }))

  it('an attempt without a greeting ends after 20 s', () =>
    withChat({ latencyMs: 60_000 }, async ({ chat }) => {
      void chat.connect().catch(() => {})
      await settle(20_000)
      expect(chat.error).toMatchObject({ code: 'timeout' })
      await chat.close()
      await settle(120_000)
    }))
})

describe('a request without an answer', () => {
  const small = { room: 'x' }
  const big = { room: 'x', id: 'y', text: 'z'.repeat(8_000) }
  it.each([
    ['what a room’s log would bring', 'room:join', small, true],
    ['a page of history', 'room:history', { ...small, before: 9, limit: 50 }, true],
    ['a page of what was missed', 'room:sync', { ...small, epoch: 'e', rev: 1 }, true],
    ['a message that is too big for the way', 'message:send', big, true],
    ['a message that the server is slow to store', 'message:send', { ...big, text: 'z' }, false],
    ['a key press', 'typing:start', small, false],
  ] as const)('while small frames get through: %s', async (_what, name, request, isReplaced) => {
    const closed: (boolean | undefined)[] = []
    const opened = { me: { id: 'ada', name: 'Ada' }, renamable: false, limits: LIMITS, serverTime: 0 }
    const connection = new Connection({
      open: (_options, handlers) => {
        queueMicrotask(() => handlers.fact({ name: 'session:opened', fact: opened }))
        return {
          request: async (asked, frame) => {
            if (asked === 'typing:stop' && JSON.stringify(frame).length < 4_000) return {} as never
            throw new ChatError('timeout', 'unable to ask; no answer in time')
          },
          close: (isSilent) => closed.push(isSilent),
        }
      },
      askAccess: async () => undefined,
      random: () => 0.5,
      credentials: async () => ({ protocol: 1, app: 'fake' }),
      recover: () => false,
      opened: () => true,
      fact: () => {},
      status: () => {},
    })
    connection.start()
    await settle()
    await expect(connection.request(name, request as never)).rejects.toMatchObject({ code: 'timeout' })
    await settle()
    expect(closed.includes(true)).toBe(isReplaced)
    expect(connection.status).toBe('online')
    connection.close()
  })
})

describe('refusals', () => {
  it('a refused handshake that would be refused again is final until retry()', () =>
    withChat({}, async ({ server, chat, seen }) => {
      server.refuseHandshake('token_required')
      await expect(chat.join('lobby')).rejects.toMatchObject({ code: 'token_required' })
      expect(chat.status).toBe('refused')
      await settle(60_000)
      expect(seen).toEqual(['connecting', 'refused'])
      await expect(chat.connect()).rejects.toMatchObject({ code: 'token_required' })
      chat.retry()
      await settle()
      expect(chat.status).toBe('online')
    }))

  it('a retryable refusal is an outage', () =>
    withChat({}, async ({ server, chat }) => {
      server.refuseHandshake('overloaded', { retryAfterMs: 2_000 })
      const connected = chat.connect()
      await settle()
      expect(chat.status).toBe('offline')
      expect(chat.retryInMs).toBe(2_500)
      await settle(2_500)
      await connected
    }))

  it('a fault of the server is never final, whatever it says of it', () =>
    withChat({}, async ({ server, chat, seen }) => {
      for (let i = 0; i < 3; i++) server.refuseHandshake('internal', { retryable: false })
      const connected = chat.connect()
      await settle(500 + 750 + 1_125)
      await connected
      server.closeSessions('internal')
      await settle()
      expect(chat.status).toBe('offline')
      await settle(chat.retryInMs)
      expect(chat.status).toBe('online')
      expect(seen).not.toContain('refused')
    }))

  it.each([
    Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }),
    Object.assign(new Error('own'), { code: 'hasOwnProperty', retryable: false }),
    new TypeError('not a function'),
  ])('a fault that the server did not say is never final, whatever its code: %s', async (fault) => {
    const chat = new ChatClient({ server: 'https://fake.invalid', app: 'fake', storage: null }, 'x', {
      open: () => {
        throw fault
      },
      askAccess: async () => undefined,
      random: () => 0.5,
    })
    chat.connect().catch(() => {})
    await settle()
    expect(chat.status).toBe('offline')
    expect(chat.error).toMatchObject({ code: 'internal', cause: fault })
    expect(chat.retryInMs).toBe(500)
    await chat.close()
  })

  it('the access check distinguishes a foreign origin from a dead server', () =>
    withChat({}, async ({ server, chat }) => {
      server.refuseAccess('origin_not_allowed')
      await expect(chat.connect()).rejects.toMatchObject({ code: 'origin_not_allowed' })
      expect(chat.status).toBe('refused')
    }))

  it('the access check distinguishes a full node from a dead one, and says when to retry', () =>
    withChat({}, async ({ server, chat }) => {
      await chat.connect()
      const news: unknown[] = []
      chat.on('status', ({ current, error }) => news.push([current, error?.code]))
      server.refuseAccess('overloaded', { retryAfterMs: 5_000 })
      server.dropConnection()
      // The dropped connection's own wait, and the attempt that fails without a word.
      await settle(500)
      expect(chat.status).toBe('offline')
      expect(chat.error).toMatchObject({ code: 'overloaded', retryAfterMs: 5_000 })
      // Half of the window, as the fake's random says, after the wish.
      expect(chat.retryInMs).toBe(5_000 + 1_125)
      expect(news).toEqual([
        ['offline', 'offline'],
        ['connecting', undefined],
        ['offline', 'server_unreachable'],
        ['offline', 'overloaded'],
      ])
      await settle(chat.retryInMs! - 1)
      expect(chat.status).toBe('offline')
      server.goOnline()
      await settle()
      expect(chat.status).toBe('online')
    }))

  it('a node that stays full is asked once an attempt, at its own pace, and its wish is kept by every wake', () =>
    withChat({}, async ({ server, chat }) => {
      server.refuseAccess('overloaded', { retryAfterMs: 5_000 })
      const asked: number[] = []
      chat.on('status', ({ current }) => current === 'connecting' && asked.push(Date.now()))
      chat.connect().catch(() => {})
      await settle(60_000)
      const gaps = asked.slice(1).map((at, i) => at - asked[i]!)
      expect(gaps.length).toBeGreaterThan(3)
      for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(5_000)
      expect(chat.error).toMatchObject({ code: 'overloaded' })
    }))

  it('[HANDSHAKE-12] a node older than we are may be the last of its kind: tried again, but not for ever', () =>
    withChat({ protocol: PROTOCOL_VERSION - 1 }, async ({ chat, seen }) => {
      const connected = expect(chat.connect()).rejects.toMatchObject({
        code: 'protocol_unsupported',
        retryable: false,
      })
      await settle()
      expect(chat.status).toBe('offline')
      expect(chat.error).toMatchObject({ code: 'protocol_unsupported', retryable: true })
      expect(chat.retryInMs).toBe(2_500)
      await settle(180_000)
      await connected
      expect(chat.status).toBe('refused')
      expect(seen.filter((status) => status === 'connecting')).toHaveLength(12)
      // Asking again is allowed.
      chat.retry()
      await settle()
      expect(chat.status).toBe('offline')
    }))

  it('[HANDSHAKE-12] a newer node ends the count', () =>
    withChat({}, async ({ server, chat }) => {
      const older = { retryable: true, retryAfterMs: 2_000 }
      await chat.connect()
      for (let round = 0; round < 2; round++) {
        for (let i = 0; i < 11; i++) server.refuseHandshake('protocol_unsupported', older)
        server.dropConnection()
        await settle(180_000)
        expect(chat.status).toBe('online')
      }
    }))

  it('[HANDSHAKE-11] a server newer than we are is final', () =>
    withChat({ protocol: PROTOCOL_VERSION + 1 }, async ({ chat }) => {
      await expect(chat.connect()).rejects.toMatchObject({ code: 'protocol_unsupported', retryable: false })
      expect(chat.status).toBe('refused')
    }))

  it.each([
    [undefined, 'online'],
    [1, 'online'],
    [PROTOCOL_VERSION + 1, 'refused'],
    [OLDEST_PROTOCOL - 1, 'refused'],
    [NaN, 'refused'],
    ['one', 'refused'],
  ])('[HANDSHAKE-9] a server that says it speaks %s: %s', async (protocol, status) => {
    const opened = {
      ...(protocol !== undefined && { protocol: protocol as number }),
      me: { id: 'ada', name: 'Ada' },
      renamable: false,
      limits: LIMITS,
      serverTime: Date.now(),
    }
    const chat = new ChatClient({ server: 'https://fake.invalid', app: 'fake', storage: null }, 'x', {
      open: (_options, handlers) => {
        queueMicrotask(() => handlers.fact({ name: 'session:opened', fact: opened }))
        return { request: () => new Promise(() => {}), close: () => {} }
      },
      askAccess: async () => undefined,
      random: () => 0.5,
    })
    await chat.connect().catch((error: ChatError) => expect(error.code).toBe('protocol_unsupported'))
    expect(chat.status).toBe(status)
    await chat.close()
  })

  it('a session closed for good is refused', () =>
    withChat({}, async ({ server, chat }) => {
      const room = await chat.join('lobby')
      server.closeSessions('forbidden')
      await settle()
      expect(chat.status).toBe('refused')
      expect(chat.error).toMatchObject({ code: 'forbidden' })
      expect(room.status).toBe('catching-up')
    }))
})

describe('in a browser', () => {
  function stubBrowser() {
    const window = new EventTarget() as EventTarget & { document: EventTarget & { visibilityState: string } }
    window.document = Object.assign(new EventTarget(), { visibilityState: 'visible' })
    vi.stubGlobal('window', window)
    return window
  }

  it('a half-open connection found on `online` is replaced', () => {
    const window = stubBrowser()
    return withChat({}, async ({ server, chat, seen }) => {
      const room = await chat.join('lobby')
      server.freezeConnection()
      server.sayAs('Bob', 'anyone?')
      window.dispatchEvent(new Event('online'))
      await settle(3_000)
      expect(seen.slice(2)).toEqual(['connecting', 'online'])
      expect(server.connectionCount).toBe(1)
      expect(room.messages.map(({ text }) => text)).toEqual(['anyone?'])
    })
  })

  it('a healthy connection survives the question', () => {
    const window = stubBrowser()
    return withChat({}, async ({ chat, seen }) => {
      await chat.join('lobby')
      window.dispatchEvent(new Event('online'))
      window.document.dispatchEvent(new Event('visibilitychange'))
      await settle(10_000)
      expect(seen).toEqual(['connecting', 'online'])
    })
  })

  it('does not wait when the network or the page is back', () => {
    const window = stubBrowser()
    return withChat({}, async ({ server, chat }) => {
      await chat.connect()
      for (const wake of [
        () => window.dispatchEvent(new Event('online')),
        () => window.dispatchEvent(new Event('pageshow')),
        () => window.document.dispatchEvent(new Event('visibilitychange')),
      ]) {
        server.dropConnection()
        expect(chat.status).toBe('offline')
        wake()
        await settle()
        expect(chat.status).toBe('online')
      }
    })
  })

  it('listens to nothing after close', () => {
    const window = stubBrowser()
    return withChat({}, async ({ chat, seen }) => {
      await chat.connect()
      await chat.close()
      window.dispatchEvent(new Event('online'))
      expect(seen.at(-1)).toBe('closed')
    })
  })
})
