/** The messages between nodes, and the validation that rejects everything else. */
import { z } from 'zod'
import type { MessagePatch, RoomChanged, User } from '@alcove/sdk/protocol'

/** Messages for nodes only, which are never sent to clients. A new one is a line here, one in `SHAPES`, and a receiver. */
interface ClusterMessages {
  /** Somebody joined, left or has a new profile: read the shared roster again. */
  'members:changed': object
  /** Everybody who is typing through this node. */
  'typing:changed': { node: string; users: User[] }
  /** One of our users has a new name, which their connections on other nodes receive too. */
  'user:renamed': { app: string; user: User }
}

type MessageOf<K extends keyof ClusterMessages> = { kind: K } & ClusterMessages[K]

export type ClusterMessage = { [K in keyof ClusterMessages]: MessageOf<K> }[keyof ClusterMessages]
export type ReceivedMessage = { kind: 'room:changed'; fact: RoomChanged } | ClusterMessage

/** What this node does with each. `bytes` is the size of everything received. */
export type Receivers = {
  readonly [K in ReceivedMessage['kind']]: (
    channel: string,
    received: Extract<ReceivedMessage, { kind: K }>,
    bytes: number,
  ) => void
}

const Face = z.object({
  id: z.string().max(1_000),
  name: z.string().max(1_000),
  avatar: z.string().max(4_000).exactOptional(),
  guest: z.literal(true).exactOptional(),
})

const SHAPES: { readonly [K in keyof ClusterMessages]: z.ZodType<ClusterMessages[K]> } = {
  'members:changed': z.object({}),
  'typing:changed': z.object({ node: z.string().max(64), users: z.array(Face).max(1_000) }),
  'user:renamed': z.object({ app: z.string().max(64), user: Face }),
}

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
  const received = messageOf(event, fact)
  return received && { channel, received }
}

function messageOf(event: unknown, fact: unknown): ClusterMessage | undefined {
  if (typeof event !== 'string' || !Object.hasOwn(SHAPES, event)) return undefined
  if (!isObject(fact) || fact.kind !== event) return undefined
  const parsed = SHAPES[event as keyof ClusterMessages].safeParse(fact)
  return parsed.success ? ({ kind: event, ...parsed.data } as ClusterMessage) : undefined
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

/** It may have no field that only rows have; each of its fields is checked, because readers' code relies on it. */
function isPatch(patch: Record<string, unknown>): boolean {
  return (
    patch.at === undefined &&
    FIELDS.every(([field, check]) => patch[field] === undefined || check(patch[field]))
  )
}

type Check = (value: unknown) => boolean
type PatchField = Exclude<keyof MessagePatch, 'id' | 'seq' | 'rev'>

const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value)

const CHECKS: { readonly [Field in PatchField]-?: Check } = {
  text: isString,
  replyTo: orNull(isString),
  meta: orNull(isObject),
  editedAt: orNull(isPosition),
  deleted: orNull((deletion) => isObject(deletion) && isPosition(deletion.at) && isString(deletion.by)),
  reactions: orNull((counts) => isObject(counts) && Object.values(counts).every(isPosition)),
  reacted: (all) => Array.isArray(all) && all.every(isReacted),
}
const FIELDS = Object.entries(CHECKS)

function isReacted(reacted: unknown): boolean {
  return (
    isObject(reacted) && isString(reacted.emoji) && isString(reacted.user) && typeof reacted.on === 'boolean'
  )
}

function isString(value: unknown): value is string {
  return typeof value === 'string'
}

function isPosition(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
