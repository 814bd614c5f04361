/**
 * The HTTP API on a port of its own, without realtime (`API_PORT`). With several workers it is the best path for
 * uploads and bulk requests: Node hands its connections to the workers natively, they stay open between requests, and
 * no body passes through the primary.
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { CHECK_CONNECTIONS_EVERY_MS, type ConnectionGuard } from './guard-connections.js'
import { answerClientError, refuseExpectations, setDefaultHeaders } from './guard-requests.js'

export interface ApiPort {
  port: number
  close(): void
}

/** @param http the HTTP server, ready to listen */
export async function openApiPort(
  http: FastifyInstance,
  { host, port, guard }: { host: string; port: number; guard: ConnectionGuard },
): Promise<ApiPort> {
  const { requestTimeout, keepAliveTimeout } = http.server
  const timing = { requestTimeout, keepAliveTimeout, connectionsCheckingInterval: CHECK_CONNECTIONS_EVERY_MS }
  const server = createServer(timing, (request, response) => http.routing(request, response))
  server.on('clientError', answerClientError)
  setDefaultHeaders(server)
  refuseExpectations(server)
  guard.watch(server)
  try {
    server.listen(port, host)
    await once(server, 'listening')
  } catch (error) {
    throw Object.assign(error as Error, { variable: 'API_PORT' })
  }
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close()
      server.closeIdleConnections()
    },
  }
}
