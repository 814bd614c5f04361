/**
 * Requests that are never cut off without an answer. Engine.IO destroys a POST whose body is still arriving when its
 * session ends or is upgraded, and Node then resets the connection: to a proxy this looks like a failed server, and
 * clients can provoke it at will.
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
    // Node closes the connection after it.
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

/** For the options of a server that uses this class for its requests. */
export function answerBrokenOff(server: Server): void {
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    if (request instanceof AnsweredRequest) request.response = response
  })
}
