/** The settings of an app, with their defaults. Stored as JSON, validated on write and on read. */
import { z } from 'zod'
import { LIMITS, type Limits } from '@alcove/sdk/protocol'
import { Capabilities } from '../identity/signed-token.js'
import { MOST_REACTIONS } from '../storage/reaction-repository.js'
import { canonicalOriginRule, originRuleAdvice, parseOriginRule } from './origin.js'

export const APP_ID_PATTERN = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/

/** Apply before the app is known, so they belong to the node. */
const NODE_LIMITS = ['handshakeTimeoutMs', 'frameBytes'] as const satisfies (keyof Limits)[]
type AppLimit = Exclude<keyof Limits, (typeof NODE_LIMITS)[number]>

/** The limits an app may set for itself. */
export const APP_LIMITS = (Object.keys(LIMITS) as (keyof Limits)[]).filter(
  (name): name is AppLimit => !(NODE_LIMITS as readonly string[]).includes(name),
)

const wholeNumber = (max: number, min = 1) => {
  const error = (issue: { input?: unknown }) =>
    `a whole number from ${min} to ${max}, not ${JSON.stringify(issue.input)}`
  return z.int({ error }).min(min, { error }).max(max, { error })
}
const limit = wholeNumber(10_000_000)
/** A message that does not fit a frame could never be sent. */
const inFrame = wholeNumber(LIMITS.frameBytes - 4_096)
const RANGES: Partial<Record<AppLimit, typeof limit>> = {
  messageBytes: inFrame,
  metaBytes: inFrame,
  // 0: messages cannot be changed.
  editWindowSeconds: wholeNumber(10_000_000, 0),
  // Each text is kept.
  editsPerMessage: wholeNumber(10_000),
  // Each patch and each row carries all of them.
  reactionsPerMessage: wholeNumber(MOST_REACTIONS, 0),
  reactionsPerMessagePerUser: wholeNumber(MOST_REACTIONS, 0),
}
const LimitsSchema = z.looseObject(
  Object.fromEntries(APP_LIMITS.map((name) => [name, (RANGES[name] ?? limit).optional()])) as Record<
    AppLimit,
    z.ZodOptional<typeof limit>
  >,
)

/** Fields added by a newer node are kept and ignored: during a rolling upgrade, both versions read the same rows. */
export const AppSettingsSchema = z.looseObject({
  /** Pages that may embed the app. */
  origins: z
    .array(
      z
        .string()
        .refine((entry) => parseOriginRule(entry), {
          error: (issue) => originRuleAdvice(String(issue.input)),
        })
        .transform(canonicalOriginRule),
    )
    .max(200)
    .default([]),
  /** Clients that send no Origin header (Node, native apps, tools). */
  nativeClients: z.boolean().default(false),
  /** People without a token. */
  guests: z.boolean().default(true),
  /** Whether joining an unknown room creates it. Otherwise only its moderators create it. */
  roomsOnTheFly: z.boolean().default(true),
  /** What guests may do, and signed users whose token names no rooms. */
  capabilities: Capabilities.default(['read', 'write', 'react']),
  limits: LimitsSchema.default({}),
})

export type AppSettings = z.infer<typeof AppSettingsSchema>

export interface App {
  id: string
  /** The key for HS256 tokens and for the server API. */
  secret: string
  settings: AppSettings
  limits: Limits
}

/** The defaults, overridden by the app's own values. */
export function effectiveLimits(settings: AppSettings): Limits {
  const own = APP_LIMITS.filter((name) => settings.limits[name] !== undefined)
  return { ...LIMITS, ...Object.fromEntries(own.map((name) => [name, settings.limits[name]])) }
}
