/** A proxy that refuses nothing and still lets something not through, as virus scanners and office proxies do. */
import { createHash } from 'node:crypto'
import { createServer, request, type IncomingMessage } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'

/**
 * What becomes of a WebSocket. `swallowed`: it opens here, and the server never sees it. The server's big frames: `cut at
 * size` ends the connection, `small only` swallows them. `small up only` swallows the client's.
 */
export type WebSocketFault =
  | 'passed'
  | 'refused'
  | 'unanswered'
  | 'swallowed'
  | 'up only'
  | 'down only'
  | 'cut at size'
  | 'small only'
  | 'small up only'
/** What becomes of long-polling. `held`: a session that runs is ended, and a new one is never answered. */
export type PollingFault = 'passed' | 'held'

export interface SilentProxy {
  url: string
  /** May be changed while it runs; open connections stay as they are. */
  faults: {
    webSocket: WebSocketFault
    polling: PollingFault
    /** What a big frame is. */
    bigBytes: number
    /** A POST with this text in it is refused, as firewalls do with what looks like an attack. */
    dislikes?: string
  }
  /** In the order they began: `websocket`, or the method of a poll. */
  seen: string[]
  /** Ends every open connection; new ones are taken. */
  cut(): void
  close(): Promise<void>
}

export async function startSilentProxy(
  target: string,
  faults: Partial<SilentProxy['faults']>,
): Promise<SilentProxy> {
  const { hostname, port } = new URL(target)
  const sockets = new Set<Socket>()
  const seen: string[] = []
  const current: SilentProxy['faults'] = {
    webSocket: 'passed',
    polling: 'passed',
    bigBytes: 4_000,
    ...faults,
  }

  const server = createServer((incoming, answer) => {
    const { method, url = '/', headers } = incoming
    if (url.includes('transport=polling')) {
      seen.push(method ?? '')
      if (current.polling === 'held') {
        incoming.resume()
        if (url.includes('sid=')) answer.writeHead(400).end()
        return
      }
    }
    const outgoing = request(target + url, { method, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers)
      response.pipe(answer)
    })
    outgoing.on('error', () => answer.destroy())
    answer.on('close', () => outgoing.destroy())
    const { dislikes } = current
    if (!dislikes) return void incoming.pipe(outgoing)
    void text(incoming).then((body) => {
      if (!body.includes(dislikes)) return void outgoing.end(body)
      outgoing.destroy()
      answer.writeHead(403).end('<html>blocked</html>')
    })
    return
  })
  const keep = (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy())
  }
  server.on('connection', keep)
  server.on('upgrade', (incoming: IncomingMessage, near: Socket) => {
    seen.push('websocket')
    const { webSocket, bigBytes } = current
    if (webSocket === 'refused') return void near.end('HTTP/1.1 403 Forbidden\r\n\r\n')
    if (webSocket === 'unanswered') return void near.resume()
    if (webSocket === 'swallowed') {
      near.write(acceptance(incoming))
      return void near.resume()
    }
    const far = connect(Number(port), hostname)
    keep(far)
    near.on('close', () => far.destroy())
    far.on('close', () => near.destroy())
    far.write(headOf(incoming))
    if (webSocket === 'down only') near.resume()
    else if (webSocket === 'small up only')
      near.on('data', (data: Buffer) => data.length < bigBytes && far.write(data))
    else near.pipe(far)
    if (webSocket === 'cut at size' || webSocket === 'small only') {
      far.on('data', (data: Buffer) => {
        if (data.length < bigBytes) near.write(data)
        else if (webSocket === 'cut at size') near.destroy()
      })
      return
    }
    if (webSocket !== 'up only') return void far.pipe(near)
    // The answer to the upgrade gets through, alone or with the first frames behind it.
    far.once('data', (data: Buffer) => near.write(data.subarray(0, data.indexOf('\r\n\r\n') + 4)))
    return
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults: current,
    seen,
    cut,
    close: () =>
      new Promise((done) => {
        server.close(() => done())
        cut()
      }),
  }
}

function headOf({ method, url, rawHeaders }: IncomingMessage): string {
  const lines = Array.from({ length: rawHeaders.length / 2 }, (_, at) =>
    rawHeaders.slice(2 * at, 2 * at + 2).join(': '),
  )
  return [`${method} ${url} HTTP/1.1`, ...lines, '', ''].join('\r\n')
}

/** RFC 6455, section 1.3. */
function acceptance({ headers }: IncomingMessage): string {
  const key = `${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`
  const accept = createHash('sha1').update(key).digest('base64')
  return [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${accept}`,
    '',
    '',
  ].join('\r\n')
}
