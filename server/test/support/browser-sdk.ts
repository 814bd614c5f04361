/** The SDK as browsers have it, in Node: with the transport that bundlers take by the condition `browser`. */
import { vi } from 'vitest'
import { WebSocket } from 'ws'
import type { Chat, ChatOptions } from '@alcove/sdk'
import { httpAccess } from '../../../sdk/src/access.js'
import { socketTransport } from '../../../sdk/src/browser/socket-transport.js'
import { ChatClient } from '../../../sdk/src/chat.js'
import { raceTransports } from '../../../sdk/src/transport-race.js'

/** Node 20 has none of its own. As in browsers, an error that nobody listens for is not thrown. */
class BrowserWebSocket extends WebSocket {
  constructor(address: string) {
    super(address)
    this.on('error', () => {})
  }
}

export function createChatAsInBrowsers(options: ChatOptions): Chat {
  vi.stubGlobal('WebSocket', BrowserWebSocket)
  const server = new URL(options.server)
  return new ChatClient(options, server.href, {
    open: raceTransports(socketTransport(server, options.app)),
    askAccess: httpAccess(server, options.app),
    random: Math.random,
  })
}
