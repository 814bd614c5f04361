/**
 * The windows that an operation counts in, depending on the caller. The division between address and user is in
 * limits/request-limits.ts.
 */
import type { MessageRow } from '@alcove/sdk/protocol'
import { READS_OF_USER } from '../limits/address-budgets.js'
import type { Limit, Rate } from '../limits/limit.js'
import {
  limitsOf as limitsOfCaller,
  readPoints,
  roomShareOf,
  sendPoints,
  type Counted,
} from '../limits/request-limits.js'
import { messageSize } from '../log/wire-size.js'
import { may, type Actor } from './actor.js'
import type { Context, RoomContext } from './context.js'
import type { Alteration } from './draft.js'

/** An app's own server is counted on entry (http/v1) and in the limits of the app. */
export function limitsOf(actor: Actor, counted: Counted): Limit[] {
  return actor.kind === 'user' ? limitsOfCaller(actor, counted) : []
}

/** The action that a refusal names, for the window of the user, of the room and of the app. */
interface Words {
  own: string
  room: string
  app: string
}
const wordsFor = (action: string): Words => ({
  own: action,
  room: `${action} in this room`,
  app: `${action} in any room of this app`,
})
const SEND: Words = {
  own: 'send message',
  room: 'send message to this room',
  app: 'send message to any room of this app',
}
const CHANGE = wordsFor('change message')
const REACT = wordsFor('react to message')

interface RoomCounted {
  /** Of the windows of the user, `-room-address` and `-room` behind it; that of the app is the same for all. */
  name: string
  words: Words
  /** How many a second the room takes. */
  perRoom: number
  /** What one takes of a guest's address. */
  addressPoints?: number
}

/** For anything that everybody in the room receives, narrowest first. */
function roomWindows({ actor, room }: RoomContext, counted: RoomCounted): Limit[] {
  const { name, words, perRoom, addressPoints = 1 } = counted
  const { messagesPerSecondPerApp } = actor.app.limits
  const ofRoom = {
    name: `${name}-room`,
    key: room.channel,
    rate: { points: perRoom, windowSeconds: 1 },
    action: words.room,
    points: 1,
  }
  return [
    ...limitsOf(actor, { name, rate: rateOfUser(actor), budget: 'sends', action: words.own, addressPoints }),
    ...(actor.kind === 'user' ? roomShareOf(actor, ofRoom) : []),
    ofRoom,
    {
      name: 'send-app',
      key: actor.app.id,
      rate: { points: messagesPerSecondPerApp, windowSeconds: 1 },
      action: words.app,
      points: 1,
    },
  ]
}

/** A window of the length that the burst takes at the sustained rate allows that rate on average and the burst in one go. */
const rateOfUser = ({ app }: Actor): Rate => {
  const { messagesPerSecondPerUser, messageBurstPerUser } = app.limits
  return { points: messageBurstPerUser, windowSeconds: messageBurstPerUser / messagesPerSecondPerUser }
}

export function sendLimits(context: RoomContext, bytes: number, words = SEND): Limit[] {
  const perRoom = context.actor.app.limits.messagesPerSecondPerRoom
  return roomWindows(context, { name: 'send', words, perRoom, addressPoints: sendPoints(bytes) })
}

/**
 * For an edit, a deletion or new settings. Those of people who may not moderate share the windows of messages, and weigh
 * what is written in them.
 */
export function changeLimits(context: RoomContext, { change }: Alteration): Limit[] {
  if (may(context.actor, 'moderate', context.room)) return moderationLimits(context.actor)
  const { kind: _, message: __, ...fields }: Alteration['change'] & { message?: string } = change
  const written = 'info' in fields ? fields.info : fields
  return sendLimits(context, Buffer.byteLength(Object.values(written).join('')), CHANGE)
}

/**
 * A flood uses up the windows of its room and app, and is what a moderator has to remove, so moderation takes from neither.
 * Each moderator has a window, and the app's own server one for all its rooms.
 */
function moderationLimits(actor: Actor): Limit[] {
  if (actor.kind === 'user')
    return limitsOf(actor, { name: 'moderate', rate: rateOfUser(actor), budget: 'sends', action: 'moderate' })
  const rate = { points: actor.app.limits.messagesPerSecondPerApp, windowSeconds: 1 }
  return [
    { name: 'moderate-app', key: actor.app.id, rate, action: 'moderate in any room of this app', points: 1 },
  ]
}

/** Reactions are small and come in numbers, so they have windows separate from messages. */
export function reactionLimits(context: RoomContext): Limit[] {
  const perRoom = context.actor.app.limits.reactionsPerSecondPerRoom
  return roomWindows(context, { name: 'react', words: REACT, perRoom })
}

/** Defaults to one point, which refuses a caller with none left; the actual amount read is charged afterwards. */
export function readLimits(actor: Actor, points = 1): Limit[] {
  return limitsOf(actor, {
    name: 'read',
    rate: READS_OF_USER,
    budget: 'reads',
    action: 'read the room',
    points,
  })
}

/** The reader's own reactions are looked up for each message that has any, which takes as long as reading so much. */
const LOOKUP_BYTES = 100
const weightOf = (message: MessageRow): number =>
  messageSize(message) + (message.reactions ? LOOKUP_BYTES : 0)

/** One point was already taken. */
export async function chargeRead(
  { actor, services }: Context,
  messages: readonly MessageRow[],
): Promise<void> {
  const points = readPoints(messages.reduce((bytes, message) => bytes + weightOf(message), 0)) - 1
  if (points > 0) await services.rates.charge(readLimits(actor, points))
}
