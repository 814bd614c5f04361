/**
 * Guest identities: created and signed by this server, kept by the browser. A guest id starts with `guest:`, which no
 * signed user's `sub` may. Each app's guests are signed with a separate key derived from the secret.
 */
import { hkdfSync, randomBytes } from 'node:crypto'
import { SignJWT, jwtVerify } from 'jose'
import type { User } from '@alcove/sdk/protocol'

export const GUEST_ID_PREFIX = 'guest:'
export const GUEST_TOKEN_TYPE = 'alcove-guest+jwt'
/** Renewed at every connection, so a guest gets a new identity only after a year's absence. */
const LIFETIME = '365d'

export interface GuestTokens {
  sign(app: string, user: User): Promise<string>
  /** @returns undefined if it is not a valid guest token of this app. */
  verify(app: string, token: string): Promise<User | undefined>
}

export function newGuestId(): string {
  return GUEST_ID_PREFIX + randomBytes(12).toString('base64url')
}

export function createGuestTokens(secret: string): GuestTokens {
  const keyOf = (app: string) => new Uint8Array(hkdfSync('sha256', secret, 'alcove-guest', app, 32))
  return {
    sign: (app, user) =>
      new SignJWT({ name: user.name })
        .setProtectedHeader({ alg: 'HS256', typ: GUEST_TOKEN_TYPE })
        .setSubject(user.id)
        .setAudience(app)
        .setIssuedAt()
        .setExpirationTime(LIFETIME)
        .sign(keyOf(app)),
    async verify(app, token) {
      try {
        const { payload } = await jwtVerify(token, keyOf(app), {
          algorithms: ['HS256'],
          typ: GUEST_TOKEN_TYPE,
          audience: app,
          requiredClaims: ['sub', 'exp'],
        })
        if (!payload.sub?.startsWith(GUEST_ID_PREFIX) || typeof payload.name !== 'string') return undefined
        return { id: payload.sub, name: payload.name, guest: true }
      } catch {
        return undefined
      }
    },
  }
}
