/**
 * Requests that are never broken off without an answer. Engine.IO destroys a POST whose body is still coming when its session
 * ends or becomes a WebSocket, and Node resets the connection: to a proxy that is a server that failed, and clients can bring
 * it about as often as they like.
 */
import { IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { wireError } from '../errors/refusal.js'

export class AnsweredRequest extends IncomingMessage {
  response: ServerResponse | undefined

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    const { response, socket } = this
    if (error || this.complete || !response || response.headersSent || socket.destroyed)
      return super._destroy(error, done)
    const body = JSON.stringify(
      wireError('invalid_request', 'unable to take request; its session ended or went on elsewhere'),
    )
    // Node closes the connection behind it.
    response
      .writeHead(400, {
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(body),
        Connection: 'close',
      })
      .end(body)
    done(error)
  }
}

/** Of a server that makes its requests of this class. */
export function answerBrokenOff(server: Server): void {
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    if (request instanceof AnsweredRequest) request.response = response
  })
}
