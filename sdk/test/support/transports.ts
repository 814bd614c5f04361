/** Both transports to the server, and real Socket.IO servers for them: the two have to behave alike. */
import { createServer, type IncomingMessage, type Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server, type Socket } from 'socket.io'
import { onTestFinished, vi } from 'vitest'
import { WebSocket } from 'ws'
import { socketTransport as inBrowsers } from '../../src/browser/socket-transport.js'
import type { ChatError } from '../../src/errors.js'
import { socketTransport as inNode } from '../../src/socket-transport.js'
import type { Fact, Transport } from '../../src/transport.js'
import type { OpenWay, Way } from '../../src/transport-race.js'

/** Node 20 has no WebSocket. As in browsers, an error without a listener is not thrown. */
class BrowserWebSocket extends WebSocket {
  constructor(address: string) {
    super(address)
    this.on('error', () => {})
  }
}
vi.stubGlobal('WebSocket', BrowserWebSocket)

export const TRANSPORTS: [name: string, socketTransport: (server: URL, app: string) => OpenWay][] = [
  ['socket.io-client', inNode],
  ['the browser’s transport', inBrowsers],
]
export const WAYS: Way[] = ['websocket', 'polling', 'polling-only']

export interface RealServer {
  io: Server
  http: HttpServer
  url: string
  /** Every connection so far. */
  sockets: Socket[]
  /** Every request for a connection, including upgrades. */
  requests: IncomingMessage[]
}

/** As strict as a node is. */
export async function startServer(
  options: ConstructorParameters<typeof Server>[1] = {},
): Promise<RealServer> {
  const requests: IncomingMessage[] = []
  const http = createServer()
  const io = new Server(http, { maxHttpBufferSize: 64 * 1024, cors: { origin: true }, ...options })
  http.prependListener('request', (request) => requests.push(request))
  http.prependListener('upgrade', (request) => requests.push(request))
  const sockets: Socket[] = []
  io.on('connection', (socket) => {
    sockets.push(socket)
    socket.emit('session:opened', { serverTime: 0 })
    socket.on('message:send', (request, answer) => answer?.({ ok: true, request }))
  })
  const url = await listen(http)
  onTestFinished(() => io.close())
  return { io, http, url, sockets, requests }
}

export async function listen(http: HttpServer): Promise<string> {
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void http.closeAllConnections())
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}`
}

export interface Opened {
  transport: Transport
  facts: Fact[]
  /** Each reported end of the connection. */
  ends: { error: ChatError; isSilent: boolean }[]
  /** Any request will do here. */
  ask(request: unknown, timeoutMs?: number): Promise<unknown>
}

export function openTransport(
  open: (server: URL, app: string) => OpenWay,
  url: string,
  way: Way,
  { room, onFact }: { room?: string; onFact?: () => void } = {},
): Opened {
  const facts: Fact[] = []
  const ends: Opened['ends'] = []
  const transport = open(new URL(url), 'demo')(
    { auth: { protocol: 1, app: 'demo', token: 'öffentlich 🎉' }, way, room },
    {
      fact(fact) {
        facts.push(fact)
        onFact?.()
      },
      down: (error, isSilent = false) => ends.push({ error, isSilent }),
    },
  )
  onTestFinished(() => transport.close(true))
  return {
    transport,
    facts,
    ends,
    ask: (request, timeoutMs = 30_000) => transport.request('message:send', request as never, timeoutMs),
  }
}

/** Waits for a condition. The limit is for one that never comes true. */
export const until = (condition: () => void) => vi.waitFor(condition, 30_000)
