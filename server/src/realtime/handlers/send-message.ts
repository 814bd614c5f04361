/** `message:send`: checks everything that can be refused, then hands the message to the room writer (P1, P3). */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { isVisible, LIMITS, normalText, type Limits, type SendRequest } from '@alcove/sdk/protocol'
import { Refusal } from '../../errors/refusal.js'
import { limitsOf, readerKey, roomShareOf, sendPoints } from '../../limits/request-limits.js'
import { toWireMessage, type OpenRoom } from '../../rooms/room-hub.js'
import type { NewMessage } from '../../storage/message-repository.js'
import { RoomId } from '../../operations/input.js'
import { joinedRoom, requireCapability, type RequestContext, type RequestHandler } from '../request.js'

const META_LEVELS = 32
/** A value and its comma are two bytes. */
const META_VALUES = LIMITS.metaBytes / 2

const Uuid = z.uuid().toLowerCase()

export const sendMessage: RequestHandler<'message:send'> = {
  input: z.strictObject({
    room: RoomId,
    id: Uuid,
    text: z.string(),
    replyTo: Uuid.optional(),
    meta: z
      .custom((value) => isPlainJson(value), 'should be a JSON object of little depth and few values')
      .optional(),
  }) as RequestHandler<'message:send'>['input'],

  async run(context, request) {
    const { connection, services, endTurn } = context
    const room = joinedRoom(connection, request.room)
    requireCapability(connection, room, 'write')
    const message = toNewMessage(context, room, request)
    await takeRates(context, room.channel, message)
    const committing = services.writer.append(message)
    endTurn()
    room.typing.stop(message.author.id)
    const appended = await committing
    // A retry gets what stands in the log, which may be under an earlier name.
    const stored =
      appended.outcome === 'known' ? await room.log.message(appended.seq, readerKey(connection)) : undefined
    return { epoch: room.epoch, message: stored ?? toWireMessage({ message, appended }) }
  },
}

function toNewMessage({ connection }: RequestContext, room: OpenRoom, request: SendRequest): NewMessage {
  const text = checkedText(request.text, connection.app.limits)
  const meta = request.meta && checkedMeta(request.meta, connection.app.limits)
  return {
    roomKey: room.key,
    roomId: room.id,
    channel: room.channel,
    epoch: room.epoch,
    id: request.id,
    author: connection.identity.user,
    text,
    ...(request.replyTo !== undefined && { replyTo: request.replyTo }),
    ...(meta !== undefined && { meta }),
    fingerprint: createHash('sha256')
      .update(JSON.stringify([text, request.replyTo ?? null, meta ?? null]))
      .digest('base64url'),
  }
}

/**
 * NFC, well-formed, without NUL (which Postgres cannot hold) and without byte order marks at its start (which PGlite
 * takes for such). Otherwise text is text.
 */
function checkedText(given: string, limits: Limits): string {
  // Before normalising: NFC may grow a text, and a huge one should cost nothing.
  if (given.length > limits.messageBytes) throw tooLong(limits)
  const text = normalText(
    given
      .toWellFormed()
      .replaceAll('\0', '')
      .replace(/^\ufeff+/, ''),
  )
  if (!isVisible(text)) {
    throw new Refusal('message_empty', 'unable to send message; it has no visible character')
  }
  if (isLonger(text, limits.messageCharacters) || Buffer.byteLength(text) > limits.messageBytes)
    throw tooLong(limits)
  return text
}

/** Characters are no more than code units: hardly any text has to be taken apart to count them. */
function isLonger(text: string, characters: number): boolean {
  return text.length > characters && [...text].length > characters
}

function tooLong(limits: Limits): Refusal {
  return new Refusal(
    'message_too_long',
    `unable to send message; at most ${limits.messageCharacters} characters and ${limits.messageBytes} bytes are allowed`,
  )
}

/**
 * Without binary parts, `__proto__`, a depth that overflows the stack of whoever writes or reads it, or more values than any
 * text of `metaBytes` holds: it is looked at before a rate is taken, so a huge one must cost little.
 */
function isPlainJson(root: unknown): boolean {
  let valuesLeft = META_VALUES
  return typeof root === 'object' && root !== null && !Array.isArray(root) && isPlain(root, META_LEVELS)

  function isPlain(value: unknown, levels: number): boolean {
    valuesLeft -= 1
    if (valuesLeft < 0) return false
    if (typeof value !== 'object' || value === null) return true
    if (levels === 0 || ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return false
    if (Array.isArray(value)) return value.every((item) => isPlain(item, levels - 1))
    for (const key in value)
      if (key === '__proto__' || !isPlain((value as Record<string, unknown>)[key], levels - 1)) return false
    return true
  }
}

function checkedMeta(meta: Record<string, unknown>, limits: Limits): string {
  const json = JSON.stringify(meta)
  if (Buffer.byteLength(json) > limits.metaBytes) {
    throw new Refusal(
      'invalid_request',
      `unable to send message; meta is over ${limits.metaBytes} bytes of JSON`,
    )
  }
  return json
}

/** A window as long as the burst lasts at the steady rate gives that rate on average and the burst at once. */
function takeRates(
  { connection, services }: RequestContext,
  channel: string,
  { text, meta = '' }: NewMessage,
): Promise<void> {
  const { messagesPerSecondPerUser, messageBurstPerUser, messagesPerSecondPerRoom, messagesPerSecondPerApp } =
    connection.app.limits
  const windowSeconds = messageBurstPerUser / messagesPerSecondPerUser
  return services.rates.takeAll([
    ...limitsOf(connection, {
      name: 'send',
      rate: { points: messageBurstPerUser, windowSeconds },
      budget: 'sends',
      action: 'send message',
      addressPoints: sendPoints(Buffer.byteLength(text) + Buffer.byteLength(meta)),
    }),
    ...roomShareOf(connection, channel),
    {
      name: 'send-room',
      key: channel,
      rate: { points: messagesPerSecondPerRoom, windowSeconds: 1 },
      action: 'send message to this room',
      points: 1,
    },
    {
      name: 'send-app',
      key: connection.app.id,
      rate: { points: messagesPerSecondPerApp, windowSeconds: 1 },
      action: 'send message to any room of this app',
      points: 1,
    },
  ])
}
