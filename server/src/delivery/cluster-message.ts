/** The messages between nodes, and the validation that rejects everything else. */
import { z } from 'zod'
import type { RoomChanged, User } from '@alcove/sdk/protocol'

/** For nodes only; never sent to clients. */
export type ClusterMessage =
  /** Somebody joined, left or has a new profile: read the shared roster again. */
  | { kind: 'members:changed' }
  /** Everybody who is typing through this node. */
  | { kind: 'typing:changed'; node: string; users: User[] }
  /** One of our users has a new name, which their connections on other nodes receive too. */
  | { kind: 'user:renamed'; app: string; user: User }

export type ReceivedMessage = { kind: 'room:changed'; fact: RoomChanged } | ClusterMessage

const Face = z.object({
  id: z.string().max(1_000),
  name: z.string().max(1_000),
  avatar: z.string().max(4_000).exactOptional(),
  guest: z.literal(true).exactOptional(),
})

const ClusterMessageShape: z.ZodType<ClusterMessage> = z.union([
  z.object({ kind: z.literal('members:changed') }),
  z.object({ kind: z.literal('typing:changed'), node: z.string().max(64), users: z.array(Face).max(1_000) }),
  z.object({ kind: z.literal('user:renamed'), app: z.string().max(64), user: Face }),
])

const MAX_CHANNEL_LENGTH = 300

/**
 * @param message from the adapter, as another process published it. @returns undefined if none of our nodes would send
 * it
 */
export function parseClusterMessage(
  message: unknown,
): { channel: string; received: ReceivedMessage } | undefined {
  if (!isObject(message) || message.type !== 3 || message.nsp !== '/' || typeof message.uid !== 'string')
    return
  const { data } = message
  if (!isObject(data) || data.requestId !== undefined || !isObject(data.packet) || !isObject(data.opts))
    return
  const { packet, opts } = data
  if (packet.type !== 2 || packet.nsp !== '/' || !Array.isArray(packet.data) || packet.data.length !== 2)
    return
  if (!Array.isArray(opts.rooms) || opts.rooms.length > 1 || !isObject(opts.flags)) return
  if (!Array.isArray(opts.except) || opts.except.length > 0) return
  const channel: unknown = opts.rooms[0] ?? ''
  if (typeof channel !== 'string' || channel.length > MAX_CHANNEL_LENGTH) return
  const [event, fact] = packet.data as [unknown, unknown]
  if (event === 'room:changed')
    return isRoomChanged(fact) ? { channel, received: { kind: event, fact } } : undefined
  const parsed = ClusterMessageShape.safeParse(fact)
  return parsed.success && parsed.data.kind === event ? { channel, received: parsed.data } : undefined
}

/** Written by hand instead of with a schema, because every message passes here. */
function isRoomChanged(fact: unknown): fact is RoomChanged {
  return (
    isObject(fact) &&
    typeof fact.room === 'string' &&
    typeof fact.epoch === 'string' &&
    isPosition(fact.from) &&
    isPosition(fact.rev) &&
    fact.rev > fact.from &&
    Array.isArray(fact.messages) &&
    fact.messages.every(isMessage) &&
    (fact.info === undefined || isSettings(fact.info))
  )
}

function isSettings(info: unknown): boolean {
  return isObject(info) && isPosition(info.rev) && (info.title == null || typeof info.title === 'string')
}

/** A row, or a patch of one. */
function isMessage(message: unknown): boolean {
  return (
    isObject(message) &&
    typeof message.id === 'string' &&
    isPosition(message.seq) &&
    isPosition(message.rev) &&
    (message.user === undefined ? isPatch(message) : isRow(message))
  )
}

function isRow({ text, at, user }: Record<string, unknown>): boolean {
  return (
    typeof text === 'string' &&
    isPosition(at) &&
    isObject(user) &&
    typeof user.id === 'string' &&
    typeof user.name === 'string'
  )
}

/** It may have no field that only rows have; fields that would break the readers' code are checked. */
function isPatch({ at, text = '', editedAt = null, deleted = null }: Record<string, unknown>): boolean {
  return (
    at === undefined &&
    typeof text === 'string' &&
    (editedAt === null || isPosition(editedAt)) &&
    (deleted === null || (isObject(deleted) && isPosition(deleted.at) && typeof deleted.by === 'string'))
  )
}

const isPosition = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
