/** Answers requests whose address exists but not with their method: 405, with those that it has (RFC 9110, 15.5.6). */
import type { FastifyInstance, HTTPMethods } from 'fastify'
import { wireError } from '../errors/refusal.js'
import { sendProblem } from './problem.js'

const METHODS: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/** @param methods those of the address; `HEAD` comes with `GET` */
export function refuseOtherMethods(
  http: FastifyInstance,
  url: string,
  methods: readonly HTTPMethods[],
): void {
  const allowed = METHODS.filter(
    (method) => methods.includes(method) || (method === 'HEAD' && methods.includes('GET')),
  )
  http.route({
    method: METHODS.filter((method) => !allowed.includes(method)),
    url,
    exposeHeadRoute: false,
    // A handler would run only after a body has been read and found to be JSON.
    onRequest(request, reply) {
      // `/rooms/` fits the address of a room, but no room has an empty id.
      if (Object.values(request.params as object).includes('')) return void reply.callNotFound()
      void sendProblem(
        reply.header('allow', allowed.join(', ')),
        wireError('method_not_allowed', `unable to take request; here it is ${allowed.join(' or ')}`),
      )
    },
    handler: () => Promise.reject(new Error('a request passed that its method rules out')),
  })
}
