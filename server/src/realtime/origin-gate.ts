/** Asks of every HTTP request below Socket.IO's path whether the app takes it from there, and refuses what no client of ours sends. */
import type { IncomingMessage } from 'node:http'
import { originOf, type RequestOrigin } from '../apps/request-origin.js'
import { Refusal } from '../errors/refusal.js'
import { clientAddress } from '../limits/client-address.js'
import type { Metrics } from '../metrics.js'
import { parseUrl } from '../parse-url.js'
import type { Authenticator } from '../operations/session/authenticate.js'

/** As Engine.IO leaves it: one value a name. */
type EngineRequest = IncomingMessage & { _query?: Record<string, string> }

export interface OriginGate {
  originOf(request: IncomingMessage): RequestOrigin
  /** Engine.IO's options of these names. */
  allowRequest: (request: IncomingMessage, decide: (error: string | null, isAllowed: boolean) => void) => void
  cors: (request: { headers: object }, decide: (error: null, options: object) => void) => void
  /** A middleware of Engine.IO. */
  refuseForeign: (request: IncomingMessage, response: unknown, next: (error?: Error) => void) => void
}

export function createOriginGate(parts: {
  authenticator: Pick<Authenticator, 'checkAccess'>
  trustProxy: number
  metrics: Pick<Metrics, 'refusals'>
}): OriginGate {
  const { authenticator, trustProxy, metrics } = parts
  /** CORS, middleware and handshake ask about the same request. */
  const answers = new WeakMap<object, Promise<boolean>>()

  const from = (request: IncomingMessage): RequestOrigin =>
    originOf({
      headers: request.headers,
      isEncrypted: 'encrypted' in request.socket,
      trustedHops: trustProxy,
    })

  function isAllowed(request: IncomingMessage): Promise<boolean> {
    // Where it cannot be told nobody is let in; and a failure that nobody catches would end the node.
    const answer = answers.get(request) ?? ask(request).catch(() => false)
    answers.set(request, answer)
    return answer
  }

  /** The origin is known before the app's own words arrive when the address names the app, as the SDK's does. */
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
      // Whatever else is wrong is better said after the upgrade, where the client can read it.
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
      // JSONP would let a page of any origin read the answers as a script. No client of ours asks for it.
      if (request._query && Object.hasOwn(request._query, 'j')) return next(new Error('JSONP is not offered'))
      // A handshake is refused by `allowRequest`, with a status that says so.
      if (!request._query?.['sid']) return next()
      void isAllowed(request).then((allowed) => next(allowed ? undefined : new Error('origin_not_allowed')))
    },
  }
}

/** The app's public id in the request's address. Only that: no secret is ever read from there. */
function appInQuery(request: IncomingMessage): string | undefined {
  return parseUrl(request.url ?? '/', 'http://localhost')?.searchParams.get('app') ?? undefined
}
