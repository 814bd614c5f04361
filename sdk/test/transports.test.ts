/** One set of rules for both transports, against a real Socket.IO server and against servers that break its protocol. */
import { createServer } from 'node:http'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { WebSocketServer } from 'ws'
import {
  listen,
  openTransport,
  startServer,
  TRANSPORTS,
  until,
  WAYS,
  type Opened,
} from './support/transports.js'

const greeted = ({ facts }: Opened) =>
  until(() => expect(facts.map(({ name }) => name)).toContain('session:opened'))
const named = (facts: Opened['facts'], name: string) =>
  facts.filter((each) => (each.name as string) === name).map(({ fact }) => fact)
const handshake = (values = {}) =>
  JSON.stringify({
    sid: 's',
    upgrades: [],
    pingInterval: 25_000,
    pingTimeout: 20_000,
    maxPayload: 1e6,
    ...values,
  })

const original = globalThis.WebSocket
/** As where a page's policy has it. */
class ForbiddenWebSocket {
  constructor() {
    throw new Error('refused')
  }
}

describe.each(TRANSPORTS)('%s', (_name, socketTransport) => {
  describe.each(WAYS)('by %s', (way) => {
    const open = (url: string, options = {}) => openTransport(socketTransport, url, way, options)

    it('opens with who we are in the handshake, and the hints for load balancers in every address', async () => {
      const server = await startServer({ path: '/chat/socket.io' })
      const opened = open(`${server.url}/chat/`, { room: 'a:1/x' })
      await greeted(opened)
      if (way === 'polling')
        await until(() => expect(server.sockets[0]!.conn.transport.name).toBe('websocket'))
      expect(server.sockets[0]!.handshake.auth).toEqual({ protocol: 1, app: 'demo', token: 'öffentlich 🎉' })
      const addresses = server.requests.map(({ url }) => url!)
      const queries = addresses.map((url) => new URL(url, server.url).searchParams)
      for (const query of queries)
        expect(Object.fromEntries(query)).toMatchObject({
          app: 'demo',
          room: 'a:1/x',
          EIO: '4',
          connection: expect.stringMatching(/^[a-z0-9]{5,}$/) as string,
        })
      expect(new Set(queries.map((query) => query.get('connection'))).size).toBe(1)
      expect(addresses.join()).not.toContain('ffentlich')
      expect(addresses.every((url) => url.startsWith('/chat/socket.io/?'))).toBe(true)
    })

    it(`is ${way} and stays so, except for a WebSocket that answers next to long-polling`, async () => {
      const server = await startServer()
      const opened = open(server.url)
      await greeted(opened)
      const { conn } = server.sockets[0]!
      if (way === 'polling') await until(() => expect(conn.transport.name).toBe('websocket'))
      await opened.ask({})
      const ways = new Set(
        server.requests.map(({ url }) => new URL(url!, server.url).searchParams.get('transport')),
      )
      expect([...ways]).toEqual(
        { websocket: ['websocket'], polling: ['polling', 'websocket'], 'polling-only': ['polling'] }[way],
      )
    })

    it('brings facts and requests in order, with any text, also while it moves to a WebSocket', async () => {
      const server = await startServer()
      const received: unknown[] = []
      server.io.on('connection', (socket) => {
        socket.on('message:send', ({ text }: { text: string }) => received.push(text))
        for (let i = 0; i < 200; i++) socket.emit('room:head', { i })
        socket.conn.on('upgrade', () => {
          for (let i = 200; i < 300; i++) socket.emit('room:head', { i })
        })
        if (way !== 'polling') for (let i = 200; i < 300; i++) socket.emit('room:head', { i })
      })
      const texts = ['\x1e', '4\x1e2', '\u2028\u2029\0"\\', '🎉'.repeat(500), '__proto__', 'ü'.repeat(20_000)]
      const sent = Array.from({ length: 300 }, (_, i) => texts[i] ?? `text ${i}`)
      const answers: Promise<unknown>[] = []
      const opened = open(server.url, {
        onFact() {
          if (answers.length > 0) return
          // Some with the greeting, some while the WebSocket is tried.
          for (const text of sent.slice(0, 150)) answers.push(opened.ask({ text }))
          for (const text of sent.slice(150))
            answers.push(new Promise((resolve) => setTimeout(resolve, 5)).then(() => opened.ask({ text })))
        },
      })
      await until(() => expect(answers.length).toBe(300))
      expect(await Promise.all(answers)).toEqual(sent.map((text) => ({ ok: true, request: { text } })))
      expect(received).toEqual(sent)
      await until(() => expect(named(opened.facts, 'room:head')).toHaveLength(300))
      expect(named(opened.facts, 'room:head')).toEqual(Array.from({ length: 300 }, (_, i) => ({ i })))
      expect(opened.ends).toEqual([])
    })

    it('answers belong to their requests, in whichever order they come', async () => {
      const server = await startServer()
      const later: (() => void)[] = []
      server.io.on('connection', (socket) => {
        socket.on('room:join', ({ room }, answer) => later.unshift(() => answer({ ok: true, room })))
      })
      const opened = open(server.url)
      await greeted(opened)
      const rooms = ['a', 'b', 'c']
      const answers = rooms.map((room) => opened.transport.request('room:join', { room }, 30_000))
      await until(() => expect(later).toHaveLength(3))
      for (const answer of later) answer()
      expect(await Promise.all(answers)).toEqual(rooms.map((room) => ({ ok: true, room })))
    })

    it.each([
      [
        { ok: false, error: { code: 'room_full', message: 'unable to join; full', retryable: true } },
        'room_full',
      ],
      [{ ok: false }, 'internal'],
      [null, 'internal'],
      [undefined, 'internal'],
      ['yes', 'internal'],
    ])('an answer %j rejects with %s', async (answer, code) => {
      const server = await startServer()
      server.io.on('connection', (socket) => socket.on('room:join', (_request, ack) => ack(answer)))
      const opened = open(server.url)
      await greeted(opened)
      await expect(opened.transport.request('room:join', { room: 'a' }, 30_000)).rejects.toMatchObject({
        code,
      })
      expect(opened.ends).toEqual([])
    })

    it('an answer that does not come in time rejects; when it comes later nobody notices', async () => {
      const server = await startServer()
      let late: ((answer: object) => void) | undefined
      server.io.on('connection', (socket) => socket.on('room:join', (_request, ack) => (late = ack)))
      const opened = open(server.url)
      await greeted(opened)
      await expect(opened.transport.request('room:join', { room: 'a' }, 50)).rejects.toMatchObject({
        code: 'timeout',
      })
      await until(() => expect(late).toBeDefined())
      late!({ ok: true })
      late!({ ok: true })
      expect(await opened.ask({ still: 'here' })).toEqual({ ok: true, request: { still: 'here' } })
    })

    it.each([
      [{ code: 'token_expired', message: 'unable to connect; expired', retryable: false }, 'token_expired'],
      [{ code: 'overloaded', message: 'full', retryable: true, retryAfterMs: 5 }, 'overloaded'],
      [{ code: 'overloaded' }, 'internal'],
      [undefined, 'server_unreachable'],
      ['no', 'server_unreachable'],
    ])('a refused handshake with %j is %s, and the last word', async (data, code) => {
      const server = await startServer()
      server.io.use((_socket, next) => next(Object.assign(new Error('no'), { data })))
      const opened = open(server.url)
      await until(() => expect(opened.ends).toHaveLength(1))
      expect(opened.ends[0]).toMatchObject({
        error: { code, ...(typeof data === 'object' && code !== 'internal' && data) },
        isSilent: false,
      })
      await until(() => expect(server.io.engine.clientsCount).toBe(0))
      expect(opened.ends).toHaveLength(1)
      await expect(opened.ask({})).rejects.toMatchObject({ code: 'offline' })
    })

    it.each<[string, (server: Awaited<ReturnType<typeof startServer>>) => void]>([
      ['the server closes the connection', ({ sockets }) => void sockets[0]!.conn.close()],
      ['the server disconnects the socket', ({ sockets }) => void sockets[0]!.disconnect()],
      ['the server disconnects all of it', ({ sockets }) => void sockets[0]!.disconnect(true)],
      ['the server ends', ({ io }) => void io.close()],
      ['the network breaks', ({ http }) => http.emit('cut')],
    ])('when %s, what waits is offline, and it is said once', async (_how, act) => {
      const server = await startServer()
      const tcp = new Set<{ destroy(): void }>()
      server.http.on('connection', (socket) => tcp.add(socket))
      server.http.on('cut', () => {
        server.http.close()
        for (const socket of tcp) socket.destroy()
      })
      server.io.on('connection', (socket) => socket.on('room:join', () => {}))
      const opened = open(server.url)
      await greeted(opened)
      if (way === 'polling')
        await until(() => expect(server.sockets[0]!.conn.transport.name).toBe('websocket'))
      const waiting = opened.transport.request('room:join', { room: 'a' }, 30_000)
      waiting.catch(() => {})
      act(server)
      await expect(waiting).rejects.toMatchObject({ code: 'offline', retryable: true })
      expect(opened.ends).toMatchObject([{ error: { code: 'offline' }, isSilent: false }])
      await expect(opened.ask({})).rejects.toMatchObject({ code: 'offline' })
    })

    it('close() ends it in silence: what waits is offline, and the server knows that we left', async () => {
      const server = await startServer()
      const reasons: string[] = []
      server.io.on('connection', (socket) => {
        socket.on('room:join', () => {})
        socket.on('disconnect', (reason) => reasons.push(reason))
      })
      const opened = open(server.url)
      await greeted(opened)
      const waiting = opened.transport.request('room:join', { room: 'a' }, 30_000)
      waiting.catch(() => {})
      opened.transport.close()
      await expect(waiting).rejects.toMatchObject({ code: 'offline' })
      await until(() => expect(reasons).toEqual(['client namespace disconnect']))
      await until(() => expect(server.io.engine.clientsCount).toBe(0))
      opened.transport.close()
      expect(opened.ends).toEqual([])
    })

    it('a server that is not there, or answers something else, is unreachable', async () => {
      const http = createServer((request, response) => {
        response.writeHead(request.url!.includes('busy') ? 503 : 200)
        response.end('<!doctype html><title>Sign in to the hotel</title>')
      })
      const url = await listen(http)
      for (const each of ['http://127.0.0.1:1', url, `${url}/busy`]) {
        const { ends } = open(each)
        await until(() => expect(ends).toHaveLength(1))
        expect(ends[0]).toMatchObject({
          error: { code: 'server_unreachable', retryable: true },
          isSilent: false,
        })
      }
    })

    it('a heartbeat that is missing is silence', async () => {
      const opened = open(await startMute())
      await until(() => expect(opened.ends).toHaveLength(1))
      expect(opened.ends[0]).toMatchObject({ isSilent: true })
    })

    it('a heartbeat is answered, over and over', async () => {
      const server = await startServer({ pingInterval: 40, pingTimeout: 5_000 })
      const opened = open(server.url)
      await greeted(opened)
      let pongs = 0
      server.sockets[0]!.conn.on('heartbeat', () => pongs++)
      await until(() => expect(pongs).toBeGreaterThan(5))
      expect(opened.ends).toEqual([])
    })
  })
})

describe('the browser’s transport alone', () => {
  const [, socketTransport] = TRANSPORTS[1]!

  it.each(WAYS)('close() before anything was said leaves nothing behind, by %s', async (way) => {
    const server = await startServer()
    const opened = openTransport(socketTransport, server.url, way)
    opened.transport.close()
    const after = openTransport(socketTransport, server.url, way)
    await greeted(after)
    await until(() => expect(server.io.engine.clientsCount).toBe(1))
    expect(opened).toMatchObject({ facts: [], ends: [] })
  })

  it.each<[what: string, frame: string | Buffer]>([
    ['a refusal of nothing', '44'],
    ['a refusal that is null', '44null'],
    ['half a refusal', '44{"message":'],
    ['a code of another kind', '44{"data":{"code":5}}'],
    ['a binary event', '45-["x"]'],
    ['an unknown packet', '9'],
    ['an empty packet', ''],
    ['an empty message', '4'],
    ['an unknown message', '47'],
    ['another namespace', '42/other,["x"]'],
    ['an event that is no list', '42{"a":1}'],
    ['an event without a name', '42[5]'],
    ['half an event', '42['],
    ['an answer to nothing', '43[]'],
    ['an answer that is no list', '431{}'],
    ['brackets without end', '4' + '['.repeat(50_000)],
    ['a second handshake', `0${handshake()}`],
    ['a probe that was not asked for', '3probe'],
    ['bytes', Buffer.from([1, 2, 3])],
  ])('%s from a server ends it, once, and nothing is thrown', async (_what, frame) => {
    const opened = openTransport(socketTransport, await startScripted(frame), 'websocket')
    await until(() => expect(opened.ends).toHaveLength(1))
    expect(opened.ends[0]).toMatchObject({ error: { name: 'ChatError' }, isSilent: false })
    expect(opened.facts).toHaveLength(1)
    await expect(opened.ask({})).rejects.toMatchObject({ code: 'offline' })
  })

  it('what is left out of a fact, or is no object, is an empty one; a name of an object’s own is a name', async () => {
    const frames = [
      '42["room:head"]',
      '42["room:head",null]',
      '42["__proto__",{}]',
      '42["constructor",5]',
      '4399[1]',
    ]
    const opened = openTransport(socketTransport, await startScripted(...frames), 'websocket')
    await until(() => expect(opened.facts).toHaveLength(5))
    for (const { fact } of opened.facts) expect(typeof fact).toBe('object')
    expect(opened.ends).toEqual([])
  })

  it.each([
    ['', 'nothing'],
    ['0{', 'half a handshake'],
    ['0null', 'null'],
    ['0{"sid":"a"}', 'no heartbeat'],
    [`0${handshake({ sid: 5 })}`, 'a number for an id'],
    [`0${handshake({ pingInterval: -1, pingTimeout: 0 })}`, 'a heartbeat of the past'],
    [`0${handshake({ pingInterval: 1e12 })}`, 'a heartbeat in years'],
    ['1', 'the end'],
    ['42["session:opened",{}]', 'a fact'],
  ])('a handshake %j (%s) is none, over each way', async (text) => {
    const http = createServer((_request, response) => response.end(text))
    const sockets = new WebSocketServer({ server: http })
    sockets.on('connection', (socket) => socket.send(text))
    onTestFinished(() => {
      for (const socket of sockets.clients) socket.terminate()
    })
    const url = await listen(http)
    for (const way of WAYS) {
      const { ends } = openTransport(socketTransport, url, way)
      await until(() => expect(ends).toHaveLength(1))
      expect(ends[0]).toMatchObject({ error: { code: 'server_unreachable' }, isSilent: false })
    }
  })

  it.each([null, 5, 'websocket', [5], {}])(
    'upgrades of another form (%j) leave it at long-polling',
    async (upgrades) => {
      const answers = [`0${handshake({ upgrades })}`, '40{}', '42["session:opened",{}]']
      const http = createServer((request, response) => {
        request.resume()
        // The last poll is held.
        if (request.method === 'POST') response.end('ok')
        else if (answers.length > 0) response.end(answers.shift())
      })
      http.on('upgrade', (_request, socket) => socket.destroy(expect.unreachable()))
      const opened = openTransport(socketTransport, await listen(http), 'polling')
      await greeted(opened)
      expect(opened.ends).toEqual([])
    },
  )

  it('a WebSocket that is missing or throws is a way that fails immediately, and no harm to long-polling', async () => {
    const server = await startServer()
    for (const missing of [undefined, ForbiddenWebSocket]) {
      vi.stubGlobal('WebSocket', missing)
      onTestFinished(() => void vi.stubGlobal('WebSocket', original))
      expect(openTransport(socketTransport, server.url, 'websocket').ends).toMatchObject([
        { error: { code: 'server_unreachable' } },
      ])
      const polling = openTransport(socketTransport, server.url, 'polling')
      await greeted(polling)
      expect(await polling.ask({ n: 1 })).toMatchObject({ request: { n: 1 } })
    }
  })

  it('a WebSocket that fails next to long-polling leaves it as it was', async () => {
    const server = await startServer()
    server.http.removeAllListeners('upgrade')
    server.http.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 403 Forbidden\r\n\r\n'))
    const opened = openTransport(socketTransport, server.url, 'polling')
    await greeted(opened)
    for (let n = 0; n < 20; n++) expect(await opened.ask({ n })).toMatchObject({ request: { n } })
    expect(opened.ends).toEqual([])
  })

  it('an overdue heartbeat is noticed with the next request, for timers sleep with the laptop', async () => {
    const server = await startServer()
    const opened = openTransport(socketTransport, server.url, 'websocket')
    await greeted(opened)
    const later = Date.now() + 60_000
    vi.spyOn(Date, 'now').mockReturnValue(later)
    onTestFinished(() => void vi.restoreAllMocks())
    await expect(opened.ask({})).rejects.toMatchObject({ code: 'offline' })
    await until(() => expect(opened.ends).toMatchObject([{ error: { code: 'offline' }, isSilent: true }]))
  })
})

/** Greets over a WebSocket as Socket.IO does, then sends these frames. */
async function startScripted(...frames: (string | Buffer)[]): Promise<string> {
  const http = createServer()
  const sockets = new WebSocketServer({ server: http })
  sockets.on('connection', (socket) => {
    socket.send(`0${handshake()}`)
    socket.once('message', () => {
      for (const frame of ['40{"sid":"a"}', '42["session:opened",{}]', ...frames]) socket.send(frame)
    })
  })
  onTestFinished(() => {
    for (const socket of sockets.clients) socket.terminate()
  })
  return listen(http)
}

/** Takes a connection by either way, promises a heartbeat, and says nothing more. */
async function startMute(): Promise<string> {
  const greeting = `0${handshake({ pingInterval: 100, pingTimeout: 100 })}`
  let polls = 0
  const http = createServer((request, response) => {
    request.resume()
    if (request.method === 'POST') response.end('ok')
    else if (polls++ === 0) response.end(greeting)
  })
  const sockets = new WebSocketServer({ server: http })
  sockets.on('connection', (socket) => socket.send(greeting))
  onTestFinished(() => {
    for (const socket of sockets.clients) socket.terminate()
  })
  return listen(http)
}
