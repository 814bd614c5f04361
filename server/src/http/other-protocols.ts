/**
 * Requests that offer an upgrade to another protocol, as Java's HTTP client does with each request over plain http. A
 * server may ignore that (RFC 9110, 7.8), but Node detaches all of them once a listener handles WebSockets.
 */
import { ServerResponse, type IncomingMessage, type Server } from 'node:http'
import type { Duplex } from 'node:stream'

/** Nothing else manages these sockets, so one whose answer is not read has to be closed here. */
const ANSWERED_WITHIN_MS = 10_000

/** Answers them in HTTP/1.1, each as the last on its connection, because later input on the socket is not parsed. */
export function answerOtherProtocols(http: Server, isTaken: (request: IncomingMessage) => boolean): void {
  http.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
    if (isTaken(request)) return
    const timer = setTimeout(() => socket.destroy(), ANSWERED_WITHIN_MS)
    socket.once('close', () => clearTimeout(timer))
    // A body is read and dropped, because closing the socket with unread data could lose the answer.
    socket.resume()
    const response = new ServerResponse(request)
    response.shouldKeepAlive = false
    response.assignSocket(request.socket)
    response.once('finish', () => request.socket.destroySoon())
    http.emit('request', request, response)
  })
}
