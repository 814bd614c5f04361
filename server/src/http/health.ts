/** `/healthz` (the process answers), `/readyz` (each dependency by name), `/metrics` (Prometheus). */
import type { FastifyInstance } from 'fastify'
import type { RedisLink } from '../cluster/redis.js'
import type { Readiness } from '../limits/readiness.js'
import type { Metrics } from '../metrics.js'
import { createSharedRead } from '../shared-read.js'
import type { Availability } from '../storage/availability.js'
import type { Database } from '../storage/database.js'
import { checkDatabase } from './database-check.js'
import { mayReadMetrics } from './metrics-access.js'

export function healthRoutes(
  http: FastifyInstance,
  parts: {
    database: Database
    availability: Availability
    /** Absent in a single process. */
    redis?: Pick<RedisLink, 'fault'> | undefined
    metrics: Pick<Metrics, 'registry'>
    readMetrics: () => Promise<string>
    /** Opens `/metrics` to callers that present it. */
    metricsToken?: string | undefined
    readiness: Readiness
  },
): void {
  const { database, availability, redis, metrics, readMetrics, metricsToken, readiness } = parts

  http.get('/healthz', (_request, reply) => reply.header('cache-control', 'no-store').send({ status: 'ok' }))

  // Limits the work however often it is called, because anyone may call it.
  const probeOnce = createSharedRead(() => checkDatabase(database, availability))

  http.get('/readyz', async (_request, reply) => {
    const checks = {
      database: { engine: database.engine, ...(await probeOnce()) },
      ...(redis && { redis: checkOf(redis.fault) }),
    }
    const status = statusOf(readiness, checks.database.ok, checks.redis?.ok !== false)
    return reply
      .code(status === 'ready' || status === 'degraded' ? 200 : 503)
      .header('cache-control', 'no-store')
      .send({ status, checks })
  })

  // A thousand concurrent callers cost one or two checks.
  const metricsOnce = createSharedRead(readMetrics)

  http.get('/metrics', async (request, reply) => {
    const { headers, raw, socket } = request
    const caller = { headers, httpVersion: raw.httpVersion, remoteAddress: socket.remoteAddress }
    if (!mayReadMetrics(caller, metricsToken)) return reply.callNotFound()
    return reply
      .type(metrics.registry.contentType)
      .header('cache-control', 'no-store')
      .send(await metricsOnce())
  })
}

/** `degraded`: without Redis a node still serves its people, while taking all nodes out would serve nobody. */
function statusOf(
  readiness: Readiness,
  isStored: boolean,
  isShared: boolean,
): 'draining' | 'unavailable' | 'full' | 'degraded' | 'ready' {
  if (readiness.isDraining) return 'draining'
  if (!isStored) return 'unavailable'
  if (readiness.isFull) return 'full'
  return isShared ? 'ready' : 'degraded'
}

const checkOf = (fault: string | undefined) =>
  fault === undefined ? { ok: true } : { ok: false, reason: fault }
