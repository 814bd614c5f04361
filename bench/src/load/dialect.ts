/** What a client says to a target and reads from it: the one place where Alcove and a bare room differ for the load. */
import { PROTOCOL_VERSION } from '@alcove/sdk/protocol'
import type { Target } from '../targets/target.js'
import type { Door } from './raw-client.js'

export interface Dialect {
  /** Whether the server says something by itself once a session is open. */
  readonly greets: boolean
  door(port: number, who: string, extraAuth?: object): Pick<Door, 'port' | 'path' | 'auth'>
  /** Messages that an event brings, by its first bytes; 0 for any other event. */
  countMessages(bytes: Buffer, start: number, end: number): number
}

const PATH = '/socket.io/?EIO=4&transport=websocket'

export function dialectOf(target: Target): Dialect {
  return target.kind === 'alcove' ? alcove(target.appId) : bare
}

const ROOM_CHANGED = Buffer.from('["room:changed"')
const FROM = Buffer.from('"from":')
const REV = Buffer.from('"rev":')

const alcove = (appId: string): Dialect => ({
  greets: true,
  door: (port, who, extraAuth = {}) => ({
    port,
    path: `${PATH}&app=${appId}`,
    auth: { protocol: PROTOCOL_VERSION, app: appId, name: who, ...extraAuth },
  }),
  countMessages(bytes, start, end) {
    if (bytes.compare(ROOM_CHANGED, 0, ROOM_CHANGED.length, start, start + ROOM_CHANGED.length) !== 0)
      return 0
    const from = bytes.indexOf(FROM, start)
    const rev = bytes.indexOf(REV, from)
    if (from < 0 || rev > end) return 0
    return numberAt(bytes, rev + REV.length) - numberAt(bytes, from + FROM.length)
  },
})

const MESSAGE = Buffer.from('["message",')

const bare: Dialect = {
  greets: false,
  door: (port, who) => ({ port, path: PATH, auth: { name: who } }),
  countMessages: (bytes, start) =>
    bytes.compare(MESSAGE, 0, MESSAGE.length, start, start + MESSAGE.length) === 0 ? 1 : 0,
}

function numberAt(bytes: Buffer, at: number): number {
  let value = 0
  for (; bytes[at]! >= 48 && bytes[at]! <= 57; at += 1) value = value * 10 + bytes[at]! - 48
  return value
}

/** Length of every message's text: a sentence. */
const TEXT_LENGTH = 80

/** A text that carries when it was sent, in milliseconds of this process. */
export function stampedText(): string {
  return `t=${performance.now().toFixed(3)} `.padEnd(TEXT_LENGTH, 'lorem ipsum dolor sit amet ')
}

const STAMP = /"text":"t=([\d.]+) /g

/** When the messages of an event were sent. Reads all of it: for some clients, not for all. */
export function sentTimes(bytes: Buffer, start: number, end: number): number[] {
  return [...bytes.toString('latin1', start, end).matchAll(STAMP)].map(([, at]) => Number(at))
}

/** A UUIDv7, as the SDK makes them: a random one would cost the database more. */
export function newMessageId(): string {
  const time = Date.now().toString(16).padStart(12, '0')
  const random = () =>
    Math.floor(Math.random() * 0x1_0000_0000)
      .toString(16)
      .padStart(8, '0')
  const [a, b] = [random(), random()]
  return `${time.slice(0, 8)}-${time.slice(8)}-7${a.slice(0, 3)}-8${a.slice(3, 6)}-${a.slice(6)}${b}${random().slice(0, 2)}`
}
