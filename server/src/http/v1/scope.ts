/**
 * The server API: access for an app's own server, with the app's secret key. Its operations are listed in
 * operations/index.ts.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { AppDirectory } from '../../apps/app-directory.js'
import { NODE_BUDGETS, rateOf } from '../../limits/address-budgets.js'
import { clientAddress } from '../../limits/client-address.js'
import type { RateLimits } from '../../limits/rate-limits.js'
import { appActor, type AppActor } from '../../operations/actor.js'
import { toUser, type NamedUser } from '../../operations/author.js'
import { ROUTES, type Route } from '../../operations/index.js'
import type { HttpRoute } from '../../operations/operation.js'
import type { Runner } from '../../operations/run.js'
import { refuseOtherMethods } from '../other-methods.js'
import { requireApp } from './app-secret.js'
import { readInput } from './input.js'
import { statusOf } from './methods.js'
import { describeApi } from './openapi.js'
import type { WriteIds } from './write-ids.js'

/** What an address may ask for in all, except for what has a budget of its own. */
const API_BUDGET = { name: 'api', budget: NODE_BUDGETS.apiRequests, action: 'use the server API' }

declare module 'fastify' {
  interface FastifyRequest {
    actor: AppActor | undefined
  }
  interface FastifyContextConfig {
    operation?: Route
  }
}

export function serverApi(
  http: FastifyInstance,
  parts: {
    apps: Pick<AppDirectory, 'findBySecret'>
    runner: Runner
    rates: RateLimits
    writeIds: WriteIds
    trustProxy: number
  },
): void {
  const { apps, runner, rates, writeIds, trustProxy } = parts
  let description: string | undefined

  refuseOtherMethods(http, '/v1/openapi.json', ['GET'])
  http.get('/v1/openapi.json', (_request, reply) =>
    reply
      .type('application/json')
      .header('cache-control', 'no-cache')
      .send((description ??= JSON.stringify(describeApi(ROUTES)))),
  )

  void http.register(
    (api, _options, registered) => {
      api.decorateRequest('actor', undefined)
      // Before the secret is checked, so that it limits guessing.
      api.addHook('onRequest', async (request, reply) => {
        void reply.header('cache-control', 'no-store')
        const address = clientAddress(request.headers, request.socket.remoteAddress, trustProxy)
        await takeBudget(request.routeOptions.config.operation, address)
        request.actor = appActor(await requireApp(apps, request, address), address)
      })
      for (const [path, methods] of methodsByPath()) refuseOtherMethods(api, path, methods)
      for (const operation of ROUTES) {
        const { method, path } = operation.http
        api.route({
          method,
          url: path,
          config: { operation },
          handler: async (request, reply) => {
            const scope = { app: actorFor(request, undefined).app.id, operation: operation.name }
            const { input, user } = readInput(operation, request, (room, key) =>
              writeIds({ ...scope, room }, key),
            )
            const answer = await runner.run(operation, { actor: actorFor(request, user) }, input)
            return reply.code(statusOf(method)).send(answer)
          },
        })
      }
      registered()
    },
    { prefix: '/v1' },
  )

  function takeBudget(operation: Route | undefined, address: string): Promise<void> {
    const { name, budget, action } = operation?.http.budget ?? API_BUDGET
    return rates.take(name, address, rateOf(budget), action)
  }
}

function methodsByPath(): Map<string, HttpRoute['method'][]> {
  const found = new Map<string, HttpRoute['method'][]>()
  for (const { http } of ROUTES) found.set(http.path, [...(found.get(http.path) ?? []), http.method])
  return found
}

function actorFor({ actor }: FastifyRequest, user: NamedUser | undefined): AppActor {
  if (actor) return user ? appActor(actor.app, actor.address, toUser(user, actor.app.limits)) : actor
  throw new Error('a request of the server API has passed without an app')
}
