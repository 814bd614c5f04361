/**
 * Requests that would like to go on in another protocol, as Java's HTTP client asks with each over plain http. A server
 * may pass over that (RFC 9110, 7.8), but Node lets go of them all where one listener takes WebSockets.
 */
import { ServerResponse, type IncomingMessage, type Server } from 'node:http'
import type { Duplex } from 'node:stream'

/** Nobody else looks after these sockets: one whose answer is not read must not stay. */
const ANSWERED_WITHIN_MS = 10_000

/** Answers them in HTTP/1.1, each as the last one of its connection: what follows on the socket is not parsed. */
export function answerOtherProtocols(http: Server, isTaken: (request: IncomingMessage) => boolean): void {
  http.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
    if (isTaken(request)) return
    const timer = setTimeout(() => socket.destroy(), ANSWERED_WITHIN_MS)
    socket.once('close', () => clearTimeout(timer))
    // A body is read and dropped: closing over it could take the answer with it.
    socket.resume()
    const response = new ServerResponse(request)
    response.shouldKeepAlive = false
    response.assignSocket(request.socket)
    response.once('finish', () => request.socket.destroySoon())
    http.emit('request', request, response)
  })
}
