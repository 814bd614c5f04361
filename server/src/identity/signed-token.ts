/** A signed user's JWT: HS256 with the app's secret, `sub`, `aud`, `iat`, `exp`, optional `name`, `avatar`, `rooms`. */
import { decodeProtectedHeader, errors, jwtVerify, type JWTPayload } from 'jose'
import { z } from 'zod'
import type { Capability } from '@alcove/sdk/protocol'
import { fieldPath } from '../errors/field-path.js'
import { Refusal } from '../errors/refusal.js'
import { parseUrl } from '../parse-url.js'
import { GUEST_ID_PREFIX, GUEST_TOKEN_TYPE } from './guest-token.js'

/**
 * The tolerated difference between the clocks of signer and node; also the grace before an expired connection is
 * closed.
 */
export const TOKEN_LEEWAY_SECONDS = 60
const MAX_TOKEN_LENGTH = 8_192

export const Capabilities = z.array(z.enum(['read', 'write', 'react', 'upload', 'moderate'])).max(5)

/**
 * How far in the future a token may have been signed. Clocks are off by minutes, or by an hour with a wrong time zone,
 * which must not lock anybody out. Beyond this, `iat` is in milliseconds or made up.
 */
const SIGNED_AHEAD_SECONDS = 2 * 3_600

/** The last second of the year 9999. Above it, `exp` is in milliseconds or means for ever. */
const LAST_SECOND = 253_402_300_799
const MAX_AVATAR_LENGTH = 2_000

/**
 * Ids are compared exactly, stored, logged and shown next to each other: they may contain nothing that is invisible or
 * lost in transit (U+0000, lone surrogates, a leading U+FEFF).
 */
const INVISIBLE_IN_ID =
  /^\s|\s$|[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2800]|(?! )\p{Zs}/u

/** The id of a user whom the app knows. Guest ids start with GUEST_ID_PREFIX, which is refused separately. */
export const UserId = z
  .string()
  .min(1)
  .max(128)
  .refine(
    (id) => !INVISIBLE_IN_ID.test(id),
    'should be without control and invisible characters, and without spaces around it',
  )

const Claims = z.object({
  sub: UserId,
  exp: z.number().max(LAST_SECOND, 'should be in seconds since 1970, and before the year 10000'),
  iat: z
    .number()
    .refine(
      (iat) => iat <= Date.now() / 1_000 + SIGNED_AHEAD_SECONDS,
      'is in the future; it should be in seconds, and the clocks should agree',
    ),
  // Only for display: an unusable value counts as absent.
  name: z.unknown().optional(),
  avatar: z.unknown().transform(usableAvatar).optional(),
  rooms: z
    .record(z.string().min(1).max(128), Capabilities)
    .refine((rooms) => Object.keys(rooms).length <= 100, 'has more than 100 patterns')
    .optional(),
})

export interface SignedClaims {
  id: string
  /** The name as signed; see `displayName`. */
  name: unknown
  avatar?: string
  expiresAt: number
  rooms: ReadonlyMap<string, readonly Capability[]> | undefined
}

/** Judged by the unverified header: which kind of token this claims to be. */
export function isGuestToken(token: string): boolean {
  try {
    return decodeProtectedHeader(token).typ === GUEST_TOKEN_TYPE
  } catch {
    return false
  }
}

/** @throws Refusal `token_invalid` or `token_expired` */
export async function verifySignedToken(
  token: string,
  app: { id: string; secret: string },
): Promise<SignedClaims> {
  if (token.length > MAX_TOKEN_LENGTH) throw invalid(`it is longer than ${MAX_TOKEN_LENGTH} characters`)
  const claims = Claims.safeParse(await verifiedPayload(token, app))
  if (!claims.success) {
    const [issue] = claims.error.issues
    throw invalid(`claim ${fieldPath(issue?.path ?? [])}: ${issue?.message ?? 'has the wrong shape'}`)
  }
  const { sub, name, avatar, exp, rooms } = claims.data
  if (sub.startsWith(GUEST_ID_PREFIX)) throw invalid(`claim sub must not start with ${GUEST_ID_PREFIX}`)
  return {
    id: sub,
    name,
    ...(avatar !== undefined && { avatar }),
    expiresAt: exp * 1000,
    rooms: rooms && new Map(Object.entries(rooms)),
  }
}

async function verifiedPayload(token: string, app: { id: string; secret: string }): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, new TextEncoder().encode(app.secret), {
      algorithms: ['HS256'],
      audience: app.id,
      clockTolerance: TOKEN_LEEWAY_SECONDS,
      requiredClaims: ['sub', 'iat', 'exp'],
    })
    return payload
  } catch (error) {
    if (error instanceof errors.JWTExpired)
      throw new Refusal('token_expired', 'unable to accept token; it has expired')
    if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'aud') {
      throw invalid('claim aud is not this app')
    }
    // The library's more specific reasons would help a forger more than a developer.
    throw invalid('it is malformed, wrongly signed, or misses sub, aud, iat or exp')
  }
}

function invalid(reason: string): Refusal {
  return new Refusal('token_invalid', `unable to accept token; ${reason}`)
}

/** The URL of a picture as a browser would write it, if pages may load it. */
export function usableAvatar(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > MAX_AVATAR_LENGTH) return undefined
  const url = parseUrl(value)
  if (!url) return undefined
  const { protocol, username, password, href } = url
  const isWeb = protocol === 'https:' || protocol === 'http:'
  return isWeb && !username && !password && href.length <= MAX_AVATAR_LENGTH ? href : undefined
}
