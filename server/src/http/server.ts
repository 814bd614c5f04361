/** The HTTP edge: routes, time limits, headers, and the form of errors. */
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import type { WireError } from '@alcove/sdk/protocol'
import type { AppDirectory } from '../apps/app-directory.js'
import { createFailureReport, type Failed } from '../errors/failure-report.js'
import { wireError } from '../errors/refusal.js'
import type { RedisLink } from '../cluster/redis.js'
import type { AddressRates } from '../limits/address-rates.js'
import { clientAddress } from '../limits/client-address.js'
import type { Logger } from '../process/logger.js'
import type { Metrics } from '../metrics.js'
import { isRepeatable } from '../operations/operation.js'
import type { Runner } from '../operations/run.js'
import type { Authenticator } from '../operations/session/authenticate.js'
import type { RateLimits } from '../limits/rate-limits.js'
import type { Availability } from '../storage/availability.js'
import type { Database } from '../storage/database.js'
import { accessRoute } from './access.js'
import { AnsweredRequest } from './answered-request.js'
import { assetRoutes } from './assets.js'
import { CHECK_CONNECTIONS_EVERY_MS } from './guard-connections.js'
import { answerClientError, refusedHead } from './guard-requests.js'
import { healthRoutes } from './health.js'
import type { Readiness } from '../limits/readiness.js'
import { sendProblem } from './problem.js'
import { roomPageRoutes } from './room-page.js'
import { startPageRoute } from './start-page.js'
import { serverApi } from './v1/scope.js'
import type { WriteIds } from './v1/write-ids.js'

export interface HttpParts {
  apps: AppDirectory
  database: Database
  availability: Availability
  redis?: Pick<RedisLink, 'fault'> | undefined
  authenticator: Authenticator
  runner: Runner
  rates: RateLimits
  /** The ids of writes of the server API, by key. */
  writeIds: WriteIds
  metrics: Metrics
  /** The body of `/metrics`. */
  readMetrics: () => Promise<string>
  metricsToken?: string | undefined
  /** The request rates of addresses. */
  requests: AddressRates
  readiness: Readiness
  log: Logger
  trustProxy: number
  /** The app that anybody may try; named on the page at `/`. */
  demoApp?: string | undefined
}

const NOT_FOUND = wireError('not_found', 'unable to take request; nothing is at this address')
const NOT_JSON = wireError(
  'unsupported_media_type',
  'unable to take request; its body should be JSON, sent with Content-Type: application/json',
)

export function createHttpServer(parts: HttpParts): FastifyInstance {
  const reportFailure = createFailureReport(parts)
  const http = Fastify({
    // Individual requests are not logged; failures are, without query strings or headers.
    logger: false,
    bodyLimit: 64 * 1024,
    requestTimeout: 10_000,
    http: { connectionsCheckingInterval: CHECK_CONNECTIONS_EVERY_MS, IncomingMessage: AnsweredRequest },
    clientErrorHandler: answerClientError,
    // Longer than the 60 s for which common load balancers keep an idle connection.
    keepAliveTimeout: 65_000,
    // A room id of 128 characters, each of them percent-encoded.
    routerOptions: { maxParamLength: 400 },
    // A URL that cannot be decoded reaches neither a route nor the error handler.
    frameworkErrors: (_error, _request, reply) =>
      void sendProblem(
        reply,
        wireError('invalid_request', 'unable to take request; its address is malformed'),
      ),
  })

  http.addHook('onRequest', (request, reply, done) => {
    const refusal = refusedHead(request.raw) ?? refusedRate(request)
    if (!refusal) return done()
    parts.metrics.refusals.inc({ code: refusal.code })
    // Later requests on this connection are ignored.
    void sendProblem(reply.header('connection', 'close'), refusal)
  })

  function refusedRate({ url, headers, socket }: FastifyRequest): WireError | undefined {
    // A balancer may call from an address that it shares with everybody, and both routes cost next to nothing.
    if (url === '/healthz' || url === '/readyz') return undefined
    const rate = parts.requests.take(clientAddress(headers, socket.remoteAddress, parts.trustProxy))
    if (rate.kind === 'taken') return undefined
    return wireError(
      'rate_limited',
      'unable to take request; too many come from this address',
      rate.retryAfterMs,
    )
  }

  // Fastify would also take text, which no route wants.
  http.removeContentTypeParser('text/plain')

  http.setNotFoundHandler((_request, reply) => sendProblem(reply, NOT_FOUND))

  http.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500
    // The body is read before the handler for it runs, and may have been refused.
    if (request.is404 && status < 500) return sendProblem(reply, NOT_FOUND)
    if (status === 415) return sendProblem(reply, NOT_JSON)
    if (status >= 400 && status < 500)
      return sendProblem(reply, wireError('invalid_request', `unable to take request; ${error.message}`))
    return sendProblem(reply, reportFailure(error, failedOf(request)))
  })

  startPageRoute(http, parts)
  healthRoutes(http, parts)
  accessRoute(http, parts)
  serverApi(http, parts)
  roomPageRoutes(http, parts)
  assetRoutes(http)
  return http
}

function failedOf({ routeOptions, actor }: FastifyRequest): Failed {
  const { operation } = routeOptions.config
  if (!operation) return { operation: routeOptions.url ?? 'no route' }
  return {
    operation: operation.name,
    isRepeatable: isRepeatable(operation),
    ...(actor && { app: actor.app.id }),
  }
}
