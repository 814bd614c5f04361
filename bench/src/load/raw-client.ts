/**
 * A Socket.IO client reduced to what a load needs: one TCP connection, frames counted where they lie, nothing parsed
 * that nobody asked for. Thousands of them fit into one process without becoming the limit of what they measure.
 */
import { randomBytes } from 'node:crypto'
import { connect as connectTcp, type Socket } from 'node:net'
import { createFrameReader, textFrame } from './frame-reader.js'

/** Where a client connects, and what it says first. */
export interface Door {
  port: number
  /** Path and query of the WebSocket. */
  path: string
  /** Credentials of the Socket.IO handshake. */
  auth: object
  /** The client's own address: a machine's loopback has many, and limits count each. */
  localAddress?: string
}

/** An event's JSON lies in `bytes` from `start` to `end`: `["name",…]`. */
export type OnEvent = (bytes: Buffer, start: number, end: number) => void

export interface RawClient {
  /** Resolves to the answer; rejects when the connection ends before. */
  ask(event: string, request: object): Promise<unknown>
  /** The cheap form of `ask` for many: the answer is counted, not parsed. @param answered gets the answer's bytes */
  tell(frame: (ackId: number) => string, answered: OnEvent): void
  onEvent: OnEvent | undefined
  /** All bytes that came, frames' headers included. */
  readonly bytes: number
  readonly isOpen: boolean
  /** What the server greeted with: the first event. */
  readonly greeting: unknown
  readonly ended: Promise<void>
  /** Ends the connection at once, as a lost network does. */
  cut(): void
}

/** The server refused the WebSocket, or ended it before the session was open. */
export class NotAdmitted extends Error {
  override readonly name = 'NotAdmitted'
  readonly retryAfterMs: number
  constructor(reason: string, retryAfterMs = 0) {
    super(`unable to connect; ${reason}`)
    this.retryAfterMs = retryAfterMs
  }
}

/** Sockets are read one after the other, so they share it. */
const readBuffer = Buffer.alloc(256 * 1024)

const code = (character: string) => character.charCodeAt(0)
const [OPEN, PING, MESSAGE] = [code('0'), code('2'), code('4')]
const [CONNECTED, EVENT, ACK, REFUSED] = [code('0'), code('2'), code('3'), code('4')]
const PONG_FRAME = textFrame('3')

/** @param greets whether the server says something by itself once the session is open */
export function connectRaw(door: Door, greets: boolean): Promise<RawClient> {
  return new Promise((opened, failed) => {
    const waiting = new Map<number, OnEvent>()
    const rejects = new Map<number, (error: Error) => void>()
    let nextAck = 1
    let bytes = 0
    let state: 'upgrading' | 'opening' | 'open' | 'closed' = 'upgrading'
    let head = ''
    let end = () => {}
    const ended = new Promise<void>((done) => (end = done))
    const reader = createFrameReader(receive, () => socket.destroy())
    const socket: Socket = connectTcp({
      port: door.port,
      host: '127.0.0.1',
      ...(door.localAddress !== undefined && { localAddress: door.localAddress }),
      noDelay: true,
      onread: {
        buffer: readBuffer,
        callback: (length, buffer) => {
          bytes += length
          if (state === 'upgrading') upgrade(buffer as Buffer, length)
          else reader.push(buffer as Buffer, length)
          return true
        },
      },
    })
    socket.on('error', (error) => close(new NotAdmitted(error.message)))
    socket.on('close', () => close(new NotAdmitted('the connection ended')))
    socket.on('connect', () =>
      socket.write(
        `GET ${door.path} HTTP/1.1\r\nHost: 127.0.0.1:${door.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
          `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`,
      ),
    )

    const client = {
      onEvent: undefined as OnEvent | undefined,
      greeting: undefined as unknown,
      get bytes() {
        return bytes
      },
      get isOpen() {
        return state === 'open'
      },
      ended,
      ask: (event: string, request: object) =>
        new Promise<unknown>((answer, refuse) => {
          const id = nextAck
          rejects.set(id, refuse)
          client.tell(
            (ackId) => `42${ackId}${JSON.stringify([event, request])}`,
            (given, start, stop) => {
              rejects.delete(id)
              answer((JSON.parse(given.toString('utf8', start, stop)) as unknown[])[0])
            },
          )
        }),
      tell(frame: (ackId: number) => string, answered: OnEvent) {
        const id = nextAck++
        waiting.set(id, answered)
        socket.write(textFrame(frame(id)))
      },
      cut: () => socket.destroy(),
    }

    function close(error: Error): void {
      if (state === 'closed') return
      const wasOpen = state === 'open'
      state = 'closed'
      for (const reject of rejects.values()) reject(error)
      waiting.clear()
      if (!wasOpen) failed(error)
      end()
    }

    function upgrade(buffer: Buffer, length: number): void {
      head += buffer.toString('latin1', 0, length)
      const stop = head.indexOf('\r\n\r\n')
      if (stop < 0) return
      if (!head.startsWith('HTTP/1.1 101')) {
        const seconds = Number(/retry-after: (\d+)/i.exec(head)?.[1] ?? 0)
        close(new NotAdmitted(head.slice(0, head.indexOf('\r\n')), seconds * 1_000))
        socket.destroy()
        return
      }
      state = 'opening'
      const more = Buffer.from(head.slice(stop + 4), 'latin1')
      if (more.length > 0) reader.push(more, more.length)
    }

    function receive(given: Buffer, start: number, stop: number): void {
      switch (given[start]!) {
        case OPEN:
          return void socket.write(textFrame(`40${JSON.stringify(door.auth)}`))
        case PING:
          return void socket.write(PONG_FRAME)
        case MESSAGE:
          return take(given, start + 1, stop)
      }
    }

    function take(given: Buffer, start: number, stop: number): void {
      switch (given[start]!) {
        case EVENT:
          if (state === 'opening') greet(given, start + 1, stop)
          else client.onEvent?.(given, start + 1, stop)
          return
        case ACK:
          return settle(given, start + 1, stop)
        case CONNECTED:
          if (!greets) isOpenNow()
          return
        case REFUSED: {
          const { data } = JSON.parse(given.toString('utf8', start + 1, stop)) as {
            data?: { code?: string; retryAfterMs?: number }
          }
          close(new NotAdmitted(data?.code ?? 'refused', data?.retryAfterMs))
          socket.destroy()
        }
      }
    }

    function greet(given: Buffer, start: number, stop: number): void {
      client.greeting = (JSON.parse(given.toString('utf8', start, stop)) as unknown[])[1]
      isOpenNow()
    }

    function isOpenNow(): void {
      state = 'open'
      opened(client)
    }

    /** `7[…]`: the number of the request, and the answer. */
    function settle(given: Buffer, start: number, stop: number): void {
      let id = 0
      let at = start
      for (; given[at]! >= 48 && given[at]! <= 57; at += 1) id = id * 10 + given[at]! - 48
      const answered = waiting.get(id)
      waiting.delete(id)
      answered?.(given, at, stop)
    }
  })
}
