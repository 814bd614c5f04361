/**
 * Checks for every HTTP request below Socket.IO's path whether the app accepts its origin, and refuses requests that
 * none of our clients sends.
 */
import type { IncomingMessage } from 'node:http'
import { originOf, type RequestOrigin } from '../apps/request-origin.js'
import { Refusal } from '../errors/refusal.js'
import { clientAddress } from '../limits/client-address.js'
import type { Metrics } from '../metrics.js'
import { parseUrl } from '../parse-url.js'
import type { Authenticator } from '../operations/session/authenticate.js'

/** As Engine.IO parses it: one value per name. */
type EngineRequest = IncomingMessage & { _query?: Record<string, string> }

export interface OriginGate {
  originOf(request: IncomingMessage): RequestOrigin
  /** Engine.IO's options with these names. */
  allowRequest: (request: IncomingMessage, decide: (error: string | null, isAllowed: boolean) => void) => void
  cors: (request: { headers: object }, decide: (error: null, options: object) => void) => void
  /** A middleware for Engine.IO. */
  refuseForeign: (request: IncomingMessage, response: unknown, next: (error?: Error) => void) => void
}

export function createOriginGate(parts: {
  authenticator: Pick<Authenticator, 'checkAccess'>
  trustProxy: number
  metrics: Pick<Metrics, 'refusals'>
}): OriginGate {
  const { authenticator, trustProxy, metrics } = parts
  /** Cached, because CORS, middleware and handshake check the same request. */
  const answers = new WeakMap<object, Promise<boolean>>()

  const from = (request: IncomingMessage): RequestOrigin =>
    originOf({
      headers: request.headers,
      isEncrypted: 'encrypted' in request.socket,
      trustedHops: trustProxy,
    })

  function isAllowed(request: IncomingMessage): Promise<boolean> {
    // If the check fails nobody is let in; an uncaught failure would end the node.
    const answer = answers.get(request) ?? ask(request).catch(() => false)
    answers.set(request, answer)
    return answer
  }

  /** If the URL names the app, as the SDK's does, the origin is checked before the handshake arrives. */
  async function ask(request: IncomingMessage): Promise<boolean> {
    const origin = from(request)
    if (origin.kind === 'foreign-page') return false
    const app = appInQuery(request)
    if (app === undefined) return true
    try {
      const address = clientAddress(request.headers, request.socket.remoteAddress, trustProxy)
      await authenticator.checkAccess(app, origin, address)
      return true
    } catch (error) {
      // Other errors are better reported after the upgrade, when the client can read them.
      return !(error instanceof Refusal && error.code === 'origin_not_allowed')
    }
  }

  return {
    originOf: from,
    allowRequest(request, decide) {
      void isAllowed(request).then((allowed) => {
        if (!allowed) metrics.refusals.inc({ code: 'origin_not_allowed' })
        decide(allowed ? null : 'origin_not_allowed', allowed)
      })
    },
    cors(incoming, decide) {
      const request = incoming as IncomingMessage
      void isAllowed(request).then((allowed) => {
        const isNamed = appInQuery(request) !== undefined
        decide(null, {
          origin: allowed && isNamed ? request.headers.origin : false,
          methods: ['GET', 'POST'],
        })
      })
    },
    refuseForeign(request: EngineRequest, _response, next) {
      // JSONP would let a page of any origin read the answers as a script. None of our clients uses it.
      if (request._query && Object.hasOwn(request._query, 'j')) return next(new Error('JSONP is not offered'))
      // A handshake is refused by `allowRequest`, with the matching status.
      if (!request._query?.['sid']) return next()
      void isAllowed(request).then((allowed) => next(allowed ? undefined : new Error('origin_not_allowed')))
    },
  }
}

/** The app's public id in the request's URL. Nothing else, because secrets are never read from a URL. */
function appInQuery(request: IncomingMessage): string | undefined {
  return parseUrl(request.url ?? '/', 'http://localhost')?.searchParams.get('app') ?? undefined
}
