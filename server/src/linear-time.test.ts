/** What strangers may put into names, ids, addresses, origins and messages costs time in proportion to its length. */
import { describe, expect, test } from 'vitest'
import { growth, LINEAR_AT_MOST } from '../../scripts/lib/growth.mjs'
import { isOriginAllowed, parseOriginRule } from './apps/origin.js'
import { decideOrigin, originOf } from './apps/request-origin.js'
import { chosenName, displayName } from './identity/name.js'
import { matchesRoom } from './identity/room-pattern.js'
import { addressUnit, clientAddress } from './limits/client-address.js'
import { RoomId } from './operations/input.js'
import { addReaction } from './operations/reactions/add.js'
import { sendMessage } from './operations/messages/send.js'

const times = (part: string) => (size: number) => part.repeat(Math.ceil(size / part.length))

const HOSTILE: readonly (readonly [string, (size: number) => string])[] = [
  ['marks in and out of order', (size) => `a${times('\u0300\u0316')(size)}`],
  ['joiners', times('\u200d')],
  ['joined emoji', times('👩\u200d')],
  ['selectors', times('\ufe0f')],
  ['invisible characters', times('\u200b')],
  ['direction marks', times('\u202e')],
  ['spaces', (size) => `a${times(' ')(size)}b`],
  ['halves of letters', times('\ud800')],
  ['ligatures that fall apart', times('\ufdfa')],
  ['letters of Latin-1', (size) => `https://${times('éàüñßç')(size)}/`],
  ['stars', times('*')],
  ['stars and letters', times('*a')],
  ['brackets', (size) => times('[')(size) + times(']')(size)],
  ['colons', times(':')],
  ['dots', times('1.')],
  ['commas', times(',')],
  ['addresses', times('1.2.3.4, ')],
  ['groups', times('::1:')],
  ['origins', times('https://a.b:1')],
  ['at signs', (size) => `https://${times('@')(size)}`],
  ['slashes', (size) => `https:${times('/')(size)}a`],
  ['per cent signs', (size) => `https://${times('%41')(size)}`],
  ['nested lists', (size) => `${times('[')(size)}`],
]

/** Whatever it throws is an answer. */
const quietly = (run: (text: string) => unknown) => (text: string) => {
  try {
    return run(text)
  } catch {
    return undefined
  }
}

const app = { origins: ['https://site.example', 'https://*.site.example'], nativeClients: false }
const request = (headers: Record<string, string>) => ({ headers, isEncrypted: false, trustedHops: 1 })

describe.each(HOSTILE)('%s', (_, make) => {
  test.each([
    ['a chosen name', (text: string) => chosenName(text, 40)],
    ['a name in a token', (text: string) => displayName(text, 40)],
    ['a room id', (text: string) => RoomId.safeParse(text)],
    ['a pattern of rooms', (text: string) => matchesRoom(text.slice(0, 64), text)],
    [
      'an emoji',
      (text: string) => addReaction.input.safeParse({ room: 'r', id: text, change: text, emoji: text }),
    ],
    [
      'a message',
      (text: string) => sendMessage.input.safeParse({ room: 'r', id: text, text, meta: { text } }),
    ],
    ['an origin', (text: string) => [isOriginAllowed(text, app.origins), parseOriginRule(text)]],
    ['an Origin header', (text: string) => decideOrigin(originOf(request({ origin: text })), app)],
    ['a Referer header', (text: string) => originOf(request({ referer: text, host: text }))],
    ['a Host header', (text: string) => originOf(request({ host: text, 'sec-fetch-site': 'same-origin' }))],
    [
      'a forwarded host',
      (text: string) => originOf(request({ 'x-forwarded-host': text, 'sec-fetch-site': 'same-origin' })),
    ],
    ['a forwarded address', (text: string) => clientAddress({ 'x-forwarded-for': text }, '127.0.0.1', 2)],
    ['an address', addressUnit],
  ])('as %s', (_, run) => expect(growth(quietly(run), make, 500)).toBeLessThan(LINEAR_AT_MOST))
})
