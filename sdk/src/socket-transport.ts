/**
 * One transport to the server over socket.io-client, for Node; browsers use browser/socket-transport.ts instead. It
 * never reconnects by itself and never buffers: connection.ts decides.
 */
import { Manager } from 'socket.io-client'
import { unable } from './errors.js'
import { CLIENT_LIMITS, type ErrorCode, type WireError } from './protocol/index.js'
import { refusal, settle, type Answer } from './socket-answers.js'
import type { FactName, Transport } from './transport.js'
import type { OpenWay } from './transport-race.js'

/** @param server the server's address; a path in it is the prefix it is served under */
export function socketTransport(server: URL, app: string): OpenWay {
  return ({ auth, way, room }, handlers): Transport => {
    let isOpened = false
    const manager = new Manager(server.origin, {
      path: server.pathname.replace(/\/$/, '') + '/socket.io',
      // Public, and needed before the handshake: the server checks the origin when the upgrade is requested. The rest
      // is for load balancers (HANDSHAKE-13): identical in every request of this connection.
      query: { app, connection: Math.random().toString(36).slice(2), ...(room && { room }) },
      // The entries after the first are what the connection may be upgraded to.
      transports: way === 'polling' ? [way, 'websocket'] : [way === 'websocket' ? way : 'polling'],
      reconnection: false,
      // A connection that closes before the handshake reports nothing else, and the server has stopped waiting as well.
      timeout: CLIENT_LIMITS.handshakeTimeoutMs,
      autoConnect: false,
    })
    const socket = manager.socket('/', { auth })
    socket.onAny((name: FactName, fact: unknown) => {
      isOpened = true
      // Always an object, whatever a server may send instead.
      handlers.fact({ name, fact: Object(fact) })
    })
    const refused = (error?: Error & { data?: WireError }) => handlers.down(refusal(error?.data, error))
    socket.on('connect_error', refused)
    socket.on('disconnect', (reason) =>
      handlers.down(
        isOpened
          ? unable('stay connected', 'offline', `the connection ended (${reason})`)
          : refusal(undefined, reason),
        reason === 'ping timeout',
      ),
    )
    socket.connect()
    // A missing or throwing constructor fails before the engine listens, so no event would report it.
    if (way === 'websocket' && !('ws' in manager.engine.transport)) refused()

    return {
      request: (name, request, timeoutMs) =>
        new Promise((resolve, reject) => {
          const fail = (code: ErrorCode, reason: string) => reject(unable(name, code, reason))
          if (!socket.connected) return fail('offline', 'not connected')
          socket.timeout(timeoutMs).emit(name, request, (error: Error | null, answer?: Answer) => {
            if (!error) settle(answer, resolve, reject)
            // socket.io-client also fails the pending acks when the connection ends.
            else if (socket.connected) fail('timeout', 'no answer in time')
            else fail('offline', 'the connection ended')
          })
        }),
      close() {
        socket.off()
        socket.offAny()
        socket.disconnect()
      },
    }
  }
}
