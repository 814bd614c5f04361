/** Many clients in rooms of a target, spread over its nodes and over the loopback's addresses. */
import type { Target } from '../targets/target.js'
import { dialectOf, newMessageId, stampedText, type Dialect } from './dialect.js'
import { connectRaw, NotAdmitted, type OnEvent, type RawClient } from './raw-client.js'

export interface Crowd {
  readonly clients: readonly RawClient[]
  readonly dialect: Dialect
  close(): Promise<void>
}

/** Connections that open at the same time: the crowd is to stand there, not to be a storm. */
const AT_ONCE = 50
/** Below what one address may open within ten seconds. */
const CLIENTS_PER_ADDRESS = 500

export function addressOf(index: number): string {
  return `127.0.0.${2 + Math.floor(index / CLIENTS_PER_ADDRESS)}`
}

/** @param roomsOf the rooms of client `index` */
export async function gather(
  target: Target,
  size: number,
  roomsOf: (index: number) => readonly string[],
): Promise<Crowd> {
  const dialect = dialectOf(target)
  const clients: RawClient[] = []
  let next = 0
  async function bringIn(): Promise<void> {
    for (let index = next++; index < size; index = next++) {
      const client = await enter(target, dialect, index)
      for (const room of roomsOf(index)) await join(client, room)
      clients[index] = client
    }
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, size) }, bringIn))
  return {
    clients,
    dialect,
    async close() {
      for (const client of clients) client.cut()
      await Promise.all(clients.map(({ ended }) => ended))
    },
  }
}

export function enter(
  target: Target,
  dialect: Dialect,
  index: number,
  extraAuth?: object,
): Promise<RawClient> {
  const port = target.ports[index % target.ports.length]!
  return connectRaw(
    { ...dialect.door(port, `Client ${index}`, extraAuth), localAddress: addressOf(index) },
    dialect.greets,
  )
}

export async function join(client: RawClient, room: string, more: object = {}): Promise<unknown> {
  const answer = await client.ask('room:join', { room, ...more })
  if ((answer as { ok?: boolean }).ok) return answer
  throw new NotAdmitted(JSON.stringify(answer))
}

/** Sends one stamped message. @param answered gets the bytes of `[{"ok":true,…}]` */
export function send(client: RawClient, room: string, answered: OnEvent): void {
  client.tell(
    (ackId) =>
      `42${ackId}["message:send",{"room":"${room}","id":"${newMessageId()}","text":"${stampedText()}"}]`,
    answered,
  )
}

const OK = Buffer.from('[{"ok":true')

export const isOk = (bytes: Buffer, start: number) =>
  bytes.compare(OK, 0, OK.length, start, start + OK.length) === 0
