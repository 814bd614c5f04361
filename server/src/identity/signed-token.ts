/** A signed user's JWT: HS256 with the app's secret, `sub`, `aud`, `iat`, `exp`, optional `name`, `avatar`, `rooms`. */
import { decodeProtectedHeader, errors, jwtVerify, type JWTPayload } from 'jose'
import { z } from 'zod'
import type { Capability } from '@alcove/sdk/protocol'
import { Refusal } from '../errors.js'
import { GUEST_ID_PREFIX, GUEST_TOKEN_TYPE } from './guest-token.js'

/** Clocks of signer and node may differ by this much; also the grace before an expired connection is closed. */
export const TOKEN_LEEWAY_SECONDS = 60
const MAX_TOKEN_LENGTH = 8_192

export const Capabilities = z.array(z.enum(['read', 'write', 'react', 'upload', 'moderate'])).max(5)

const Claims = z.object({
  // PostgreSQL cannot hold U+0000, and ids are keys and parts of log lines.
  sub: z
    .string()
    .min(1)
    .max(128)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'should be without control characters'),
  exp: z.number(),
  iat: z.number(),
  name: z.string().max(1_000).optional(),
  avatar: z
    .url({ protocol: /^https?$/, normalize: true })
    .max(2_000)
    .optional(),
  rooms: z
    .record(z.string().min(1).max(128), Capabilities)
    .refine((rooms) => Object.keys(rooms).length <= 100, 'has more than 100 patterns')
    .optional(),
})

export interface SignedClaims {
  id: string
  name?: string
  avatar?: string
  expiresAt: number
  rooms: ReadonlyMap<string, readonly Capability[]> | undefined
}

/** By the header alone, unverified: which kind of token this claims to be. */
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
    throw invalid(`claim ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'has the wrong shape'}`)
  }
  const { sub, name, avatar, exp, rooms } = claims.data
  if (sub.startsWith(GUEST_ID_PREFIX)) throw invalid(`claim sub must not start with ${GUEST_ID_PREFIX}`)
  return {
    id: sub,
    ...(name !== undefined && { name }),
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
    // The library's other reasons would help a forger more than a developer.
    throw invalid('it is malformed, wrongly signed, or misses sub, aud, iat or exp')
  }
}

function invalid(reason: string): Refusal {
  return new Refusal('token_invalid', `unable to accept token; ${reason}`)
}
