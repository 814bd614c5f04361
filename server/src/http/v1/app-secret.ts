/** The caller of the server API: the app whose secret key the request carries, in its header and nowhere else. */
import type { FastifyRequest } from 'fastify'
import type { AppDirectory } from '../../apps/app-directory.js'
import type { App } from '../../apps/app-settings.js'
import { Refusal } from '../../errors/refusal.js'

const BEARER = /^Bearer ([\w.~+/=-]{1,256})$/i

/** @throws Refusal `token_invalid`, or `rate_limited` if the address tries many keys */
export async function requireApp(
  apps: Pick<AppDirectory, 'findBySecret'>,
  request: FastifyRequest,
  address: string,
): Promise<App> {
  const [, secret] = BEARER.exec(request.headers.authorization ?? '') ?? []
  const app = secret === undefined ? undefined : await apps.findBySecret(secret, address)
  if (app) return app
  throw new Refusal(
    'token_invalid',
    'unable to use the server API; it needs the header Authorization: Bearer and the secret key of an app',
  )
}
