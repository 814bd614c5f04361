/**
 * `GET /v1/apps/:app/access`: may a page of this origin use this app? A browser hides why a WebSocket was refused, so
 * the SDK asks here and the widget can say it. Readable from every origin; reveals nothing but the answer.
 */
import type { FastifyInstance } from 'fastify'
import { originOf } from '../apps/request-origin.js'
import type { Authenticator } from '../operations/session/authenticate.js'
import { NODE_BUDGETS, rateOf } from '../limits/address-budgets.js'
import { clientAddress } from '../limits/client-address.js'
import { refusalOf } from '../limits/readiness.js'
import type { RateLimits } from '../limits/rate-limits.js'
import type { Readiness } from '../limits/readiness.js'
import { refuseOtherMethods } from './other-methods.js'
import { sendProblem } from './problem.js'

export function accessRoute(
  http: FastifyInstance,
  parts: { authenticator: Authenticator; rates: RateLimits; readiness: Readiness; trustProxy: number },
): void {
  const path = '/v1/apps/:app/access'
  refuseOtherMethods(http, path, ['GET'])
  http.get<{ Params: { app: string } }>(path, async (request, reply) => {
    void reply.header('access-control-allow-origin', '*').header('cache-control', 'no-store')
    const address = clientAddress(request.headers, request.socket.remoteAddress, parts.trustProxy)
    await parts.rates.take('access', address, rateOf(NODE_BUDGETS.accessChecks), 'check access')
    await parts.authenticator.checkAccess(
      request.params.app,
      originOf({
        headers: request.headers,
        isEncrypted: request.protocol === 'https',
        trustedHops: parts.trustProxy,
      }),
      address,
    )
    // Checked last, so that permanent reasons come before temporary ones.
    const refusal = refusalOf(parts.readiness)
    if (refusal) return sendProblem(reply, refusal)
    return await reply.send({ app: request.params.app, allowed: true })
  })
}
