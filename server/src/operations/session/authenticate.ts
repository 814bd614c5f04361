/** Turns a handshake into an identity: which app, from which origin, as whom. */
import { z } from 'zod'
import type { AppDirectory } from '../../apps/app-directory.js'
import type { App } from '../../apps/app-settings.js'
import { decideOrigin, type OriginDecision, type RequestOrigin } from '../../apps/request-origin.js'
import { Refusal } from '../../errors/refusal.js'
import { newGuestId, type GuestTokens } from '../../identity/guest-token.js'
import type { Identity } from '../../identity/identity.js'
import { displayName, shownName } from '../../identity/name.js'
import { isGuestToken, verifySignedToken } from '../../identity/signed-token.js'
import type { Session } from './session.js'
import { negotiateProtocol, SPOKEN_PROTOCOLS, type ProtocolRange } from './protocol-version.js'
import { describeIssue } from '../input.js'

const ProtocolNumber = z.int().min(0)

/** Read alone and first, because the rest of another version's handshake may look different. */
const Versions = z
  .object({ protocol: ProtocolNumber, oldestProtocol: ProtocolNumber.optional() })
  .refine(({ protocol, oldestProtocol }) => (oldestProtocol ?? protocol) <= protocol, {
    path: ['oldestProtocol'],
    error: 'should not be above protocol',
  })

const Auth = z.strictObject({
  protocol: ProtocolNumber,
  oldestProtocol: ProtocolNumber.optional(),
  app: z.string().max(64),
  token: z.string().optional(),
  // May have any length: it is only for display, so it is shortened and never refused.
  name: z.string().optional(),
  client: z.string().max(100).optional(),
})

/** A newer client that also speaks our version may send fields we do not know. */
const AuthOfNewerClient = z.object(Auth.shape)

export interface Authenticator {
  /** @throws Refusal */
  authenticate(handshake: { auth: unknown; from: RequestOrigin; address: string }): Promise<Session>
  /** @throws Refusal `unknown_app`, `origin_not_allowed`, or `rate_limited` for an address that guesses ids */
  checkAccess(appId: string, from: RequestOrigin, address: string): Promise<App>
}

export interface AuthenticatorParts {
  apps: Pick<AppDirectory, 'find'>
  guests: GuestTokens
  /** The version this server speaks; differs from ours when a test simulates an older or newer node. */
  protocols?: ProtocolRange | undefined
}

export function createAuthenticator(parts: AuthenticatorParts): Authenticator {
  const { apps, guests, protocols = SPOKEN_PROTOCOLS } = parts

  async function checkAccess(appId: string, from: RequestOrigin, address: string): Promise<App> {
    const app = await apps.find(appId, address)
    if (!app) throw new Refusal('unknown_app', 'unable to connect; no app has this id on this server')
    checkOrigin(app, from)
    return app
  }

  async function guestIdentity(app: App, token: string | undefined, name: unknown): Promise<Identity> {
    if (!app.settings.guests)
      throw new Refusal('token_required', 'unable to connect; this app takes signed users only')
    const known = token === undefined ? undefined : await guests.verify(app.id, token)
    if (token !== undefined && !known)
      throw new Refusal(
        'token_invalid',
        'unable to accept guest token; it is not from this server and app, or too old',
      )
    const id = known?.id ?? newGuestId()
    const { nameCharacters } = app.limits
    const shown =
      displayName(name, nameCharacters) ??
      displayName(known?.name, nameCharacters) ??
      displayName(defaultGuestName(id), nameCharacters)!
    return {
      kind: 'guest',
      user: { id, name: shown, guest: true },
      capabilities: app.settings.capabilities,
    }
  }

  return {
    checkAccess,
    async authenticate({ auth, from, address }) {
      const { protocol: newest, oldestProtocol: oldest = newest } = read(Versions, auth)
      const protocol = negotiateProtocol({ oldest, newest }, protocols)
      const schema = newest > protocols.newest ? AuthOfNewerClient : Auth
      const { app: appId, token, name } = read(schema, auth)
      const app = await checkAccess(appId, from, address)
      const isSigned = token !== undefined && !isGuestToken(token)
      const identity = isSigned
        ? await signedIdentity(app, token, name)
        : await guestIdentity(app, token, name)
      const guestToken = identity.kind === 'guest' ? await guests.sign(app.id, identity.user) : undefined
      return { protocol, app, identity, address, guestToken, isNewGuest: token === undefined }
    },
  }
}

/** @throws Refusal `invalid_request` */
function read<T>(schema: z.ZodType<T>, auth: unknown): T {
  const parsed = schema.safeParse(auth)
  if (parsed.success) return parsed.data
  throw new Refusal('invalid_request', `unable to connect; auth ${describeIssue(parsed.error)}`)
}

/** @param wishedName used if the token has no name. @throws Refusal */
export async function signedIdentity(
  app: App,
  token: string,
  wishedName: string | undefined,
): Promise<Identity & { kind: 'signed' }> {
  const claims = await verifySignedToken(token, app)
  const { nameCharacters } = app.limits
  const named = displayName(claims.name, nameCharacters)
  return {
    kind: 'signed',
    user: {
      id: claims.id,
      name: named ?? shownName([wishedName, claims.id], nameCharacters),
      ...(claims.avatar !== undefined && { avatar: claims.avatar }),
    },
    nameIsFixed: named !== undefined,
    expiresAt: claims.expiresAt,
    rooms: claims.rooms,
    capabilities: app.settings.capabilities,
  }
}

/** @throws Refusal `origin_not_allowed` */
function checkOrigin(app: App, from: RequestOrigin): void {
  const decision = decideOrigin(from, app.settings)
  if (decision.kind !== 'refused') return
  throw new Refusal('origin_not_allowed', `unable to connect; ${reasonOf(decision, app.id)}`)
}

function reasonOf(decision: OriginDecision & { kind: 'refused' }, appId: string): string {
  switch (decision.reason) {
    case 'not-listed':
      return `this app does not allow the origin of this page. To allow it run: alcove app update ${appId} --add-origin ${decision.origin}`
    case 'native-client':
      return `this app does not allow clients without an Origin header. To allow them run: alcove app update ${appId} --native-clients yes`
    case 'opaque':
      return 'the origin of this page is null, which is never allowed: serve the page over http or https instead of opening it as a file, and give a sandboxed iframe allow-same-origin'
    case 'scheme':
      return 'the page is of neither http nor https, and no other is ever allowed'
    case 'malformed':
      return 'the Origin header is not one origin of http or https'
    case 'unnamed':
      return 'the request comes from a page of another site and names no origin'
  }
}

/** Distinct enough to distinguish two new guests, and the same after a reload. */
function defaultGuestName(guestId: string): string {
  const number = [...guestId].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) % 9_000, 7)
  return `Guest ${1_000 + number}`
}
