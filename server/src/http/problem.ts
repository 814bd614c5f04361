/** Failures over HTTP: RFC 9457 problem documents with the same codes as the SDK. */
import type { FastifyReply } from 'fastify'
import { ERROR_MEANINGS, ERROR_STATUSES, type WireError } from '@alcove/sdk/protocol'

export function sendProblem(reply: FastifyReply, error: WireError): FastifyReply {
  const status = ERROR_STATUSES[error.code]
  if (error.retryAfterMs !== undefined)
    void reply.header('retry-after', Math.ceil(error.retryAfterMs / 1_000))
  return reply
    .code(status || 500)
    .type('application/problem+json')
    .header('cache-control', 'no-store')
    .send({
      type: `about:blank#${error.code}`,
      title: ERROR_MEANINGS[error.code],
      status,
      detail: error.message,
      code: error.code,
      ...(error.retryAfterMs !== undefined && { retryAfterMs: error.retryAfterMs }),
    })
}
