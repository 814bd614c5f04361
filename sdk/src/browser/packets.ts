/**
 * Packets as text: those of Engine.IO 4, and those of Socket.IO 5 that travel in its messages. Pure and strict:
 * anything outside the protocol is `undefined`. There are no binary packets and no namespace but `/`, because Alcove
 * uses neither.
 *
 * @see https://socket.io/docs/v4/engine-io-protocol/ and https://socket.io/docs/v4/socket-io-protocol/
 */
export const OPEN = '0'
export const CLOSE = '1'
export const PING = '2'
export const PONG = '3'
export const MESSAGE = '4'
export const UPGRADE = '5'
export const NOOP = '6'

/** Separates the packets of one long-polling request. */
export const SEPARATOR = '\x1e'

/** The server's handshake. */
export interface Handshake {
  sid: string
  upgrades: readonly unknown[]
  /** The longest time between two pings from the server. */
  maxSilenceMs: number
  /** Bytes the server accepts in one request. */
  maxPayload: number
}

/** Browsers fire a timer with a longer delay immediately. */
const LONGEST_DELAY_MS = 2 ** 31 - 1

export function readHandshake(json: string): Handshake | undefined {
  const handshake = parse(json)
  if (!isObject(handshake)) return undefined
  const { sid, upgrades, pingInterval, pingTimeout, maxPayload } = handshake
  const maxSilenceMs = Number(pingInterval) + Number(pingTimeout)
  if (typeof sid !== 'string' || !(maxSilenceMs > 0 && maxSilenceMs <= LONGEST_DELAY_MS)) return undefined
  return {
    sid,
    upgrades: Array.isArray(upgrades) ? upgrades : [],
    maxSilenceMs,
    maxPayload: Number(maxPayload) || 0,
  }
}

export type SocketPacket =
  | { type: 'connected' }
  | { type: 'disconnected' }
  | { type: 'event'; name: string; fact: unknown }
  | { type: 'answer'; id: number; answer: unknown }
  | { type: 'refused'; reason: unknown }

export function readSocketPacket(text: string): SocketPacket | undefined {
  const [, type, id, json] = /^([0-4])(\d*)(\D.*)?$/s.exec(text) ?? []
  const data = json ? parse(json) : undefined
  switch (type) {
    case '0':
      return isObject(data) ? { type: 'connected' } : undefined
    case '1':
      return { type: 'disconnected' }
    case '2':
      return Array.isArray(data) && typeof data[0] === 'string'
        ? { type: 'event', name: data[0], fact: data[1] }
        : undefined
    case '3':
      return Array.isArray(data) && id ? { type: 'answer', id: Number(id), answer: data[0] } : undefined
    case '4':
      return isObject(data) ? { type: 'refused', reason: data['data'] } : undefined
    default:
      return undefined
  }
}

export const connectPacket = (auth: object): string => `0${JSON.stringify(auth)}`
export const disconnectPacket = '1'
export const requestPacket = (id: number, name: string, request: object): string =>
  `2${id}${JSON.stringify([name, request])}`

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
