/**
 * `@alcove/sdk`: the public face. Importing it has no effects, and `createChat` opens no connection until the first
 * `join` or `connect`.
 */
import { socketTransport } from '#socket-transport'
import { httpAccess } from './access.js'
import { ChatClient } from './chat.js'
import { checkOptions } from './options.js'
import { raceTransports } from './transport-race.js'
import type { Chat, ChatOptions } from './types.js'

export { ChatError } from './errors.js'
export type * from './types.js'
export type {
  Capability,
  ClientLimits,
  ErrorCode,
  Limits,
  ResetReason,
  RoomInfo,
  User,
} from './protocol/index.js'

/**
 * A chat with one server and app. Connects on the first `join` or `connect`.
 *
 * @example
 * const chat = createChat({ server: 'https://chat.example', app: 'demo', user: { name: 'Ada' } })
 * const room = await chat.join('lobby')
 * room.on('message', (message) => console.log(message.user.name, message.text))
 * await room.send('hello')
 *
 * @throws ChatError `invalid_request` for options that cannot work
 */
export function createChat(options: ChatOptions): Chat {
  const server = checkOptions(options)
  return new ChatClient(options, server.href, {
    open: raceTransports(socketTransport(server, options.app)),
    askAccess: httpAccess(server, options.app),
    random: Math.random,
  })
}
