/** Handshakes as raw HTTP: what a load balancer sees of them. */
import { connect, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

export interface RawAnswer {
  status: number
  headers: Record<string, string>
  body: string
}

const UPGRADE =
  'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n'

/** A request for a session over WebSocket or long-polling, on a socket of its own; ends with the test. */
export function handshakeRequest(transport: 'websocket' | 'polling', query = ''): string {
  return `GET /socket.io/?EIO=4&transport=${transport}${query} HTTP/1.1\r\nHost: test\r\n${transport === 'websocket' ? UPGRADE : ''}\r\n`
}

/** A WebSocket frame from a client: masked, with zeros. @param text at most 65,535 ASCII characters */
export function clientFrame(text: string): Buffer {
  const length = text.length < 126 ? [text.length] : [126, text.length >> 8, text.length & 0xff]
  const [first = 0, ...more] = length
  return Buffer.concat([Buffer.from([0x81, 0x80 | first, ...more, 0, 0, 0, 0]), Buffer.from(text)])
}

export function openRaw(port: number): Socket {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  onTestFinished(() => void socket.destroy())
  return socket
}

/** Resolves with the first answer; the socket stays open. */
export async function rawHandshake(
  port: number,
  transport: 'websocket' | 'polling',
  query = '',
): Promise<RawAnswer & { socket: Socket }> {
  const socket = openRaw(port)
  socket.write(handshakeRequest(transport, query))
  return { ...(await answerOn(socket)), socket }
}

/** Of an answer with `Content-Length`, chunks or no body, the head and what came with it. */
export function answerOn(socket: Socket): Promise<RawAnswer> {
  return new Promise((resolve, fail) => {
    let text = ''
    const parse = () => {
      const end = text.indexOf('\r\n\r\n')
      if (end < 0) return
      const [first = '', ...lines] = text.slice(0, end).split('\r\n')
      const headers = Object.fromEntries(
        lines.map((line) => {
          const [name = '', value = ''] = line.split(/: (.*)/s)
          return [name.toLowerCase(), value]
        }),
      )
      const body = text.slice(end + 4)
      if (body.length < Number(headers['content-length'] ?? 0)) return
      socket.off('data', read)
      resolve({ status: Number(first.split(' ')[1]), headers, body })
    }
    const read = (data: Buffer) => {
      text += data.toString('latin1')
      parse()
    }
    socket.on('data', read)
    socket.once('close', () => fail(new Error(`closed after ${JSON.stringify(text.slice(0, 200))}`)))
  })
}
