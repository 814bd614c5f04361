/**
 * The windows that an operation counts in, depending on the caller. The division between address and user is in
 * limits/request-limits.ts.
 */
import type { MessageRow } from '@alcove/sdk/protocol'
import { READS_OF_USER } from '../limits/address-budgets.js'
import type { Limit } from '../limits/limit.js'
import {
  limitsOf as limitsOfCaller,
  readPoints,
  roomShareOf,
  sendPoints,
  type Counted,
} from '../limits/request-limits.js'
import { messageSize } from '../log/wire-size.js'
import type { Actor } from './actor.js'
import type { Context, RoomContext } from './context.js'
import type { Alteration } from './draft.js'

/** An app's own server is counted on entry (http/v1) and in the limits of the app. */
export function limitsOf(actor: Actor, counted: Counted): Limit[] {
  return actor.kind === 'user' ? limitsOfCaller(actor, counted) : []
}

const SEND = {
  own: 'send message',
  room: 'send message to this room',
  app: 'send message to any room of this app',
}
const CHANGE = {
  own: 'change message',
  room: 'change message in this room',
  app: 'change message in any room of this app',
}

/**
 * For anything that everybody in the room receives. A window of the length that the burst takes at the sustained rate
 * allows that rate on average and the burst in one go.
 */
export function sendLimits({ actor, room }: RoomContext, bytes: number, words: typeof SEND = SEND): Limit[] {
  const { messagesPerSecondPerUser, messageBurstPerUser, messagesPerSecondPerRoom, messagesPerSecondPerApp } =
    actor.app.limits
  const windowSeconds = messageBurstPerUser / messagesPerSecondPerUser
  return [
    ...limitsOf(actor, {
      name: 'send',
      rate: { points: messageBurstPerUser, windowSeconds },
      budget: 'sends',
      action: words.own,
      addressPoints: sendPoints(bytes),
    }),
    ...(actor.kind === 'user' ? roomShareOf(actor, room.channel) : []),
    {
      name: 'send-room',
      key: room.channel,
      rate: { points: messagesPerSecondPerRoom, windowSeconds: 1 },
      action: words.room,
      points: 1,
    },
    {
      name: 'send-app',
      key: actor.app.id,
      rate: { points: messagesPerSecondPerApp, windowSeconds: 1 },
      action: words.app,
      points: 1,
    },
  ]
}

/** For an edit or a deletion, which share the windows of messages. */
export function changeLimits(context: RoomContext, { change }: Alteration): Limit[] {
  return sendLimits(context, Buffer.byteLength(JSON.stringify(change)), CHANGE)
}

/** Reactions are small and come in numbers, so they have windows separate from messages. */
export function reactionLimits({ actor, room }: RoomContext): Limit[] {
  const {
    messagesPerSecondPerUser,
    messageBurstPerUser,
    reactionsPerSecondPerRoom,
    messagesPerSecondPerApp,
  } = actor.app.limits
  const rate = { points: messageBurstPerUser, windowSeconds: messageBurstPerUser / messagesPerSecondPerUser }
  return [
    ...limitsOf(actor, { name: 'react', rate, budget: 'sends', action: 'react to message' }),
    {
      name: 'react-room',
      key: room.channel,
      rate: { points: reactionsPerSecondPerRoom, windowSeconds: 1 },
      action: 'react to message in this room',
      points: 1,
    },
    {
      name: 'send-app',
      key: actor.app.id,
      rate: { points: messagesPerSecondPerApp, windowSeconds: 1 },
      action: 'react to message in any room of this app',
      points: 1,
    },
  ]
}

/** Defaults to one point, which refuses a caller with none left; the actual amount read is charged afterwards. */
export function readLimits(actor: Actor, points = 1): Limit[] {
  return limitsOf(actor, {
    ...{ name: 'read', rate: READS_OF_USER, budget: 'reads', action: 'read the room', points },
  })
}

/** One point was already taken. */
export async function chargeRead(
  { actor, services }: Context,
  messages: readonly MessageRow[],
): Promise<void> {
  const points = readPoints(messages.reduce((bytes, message) => bytes + messageSize(message), 0)) - 1
  if (points > 0) await services.rates.charge(readLimits(actor, points))
}
