/** What an app's operator may set, with the defaults. Stored as JSON, validated on the way in and out. */
import { z } from 'zod'
import { LIMITS, type Limits } from '@alcove/sdk/protocol'
import { Capabilities } from '../identity/signed-token.js'
import { MOST_REACTIONS } from '../storage/reaction-repository.js'
import { canonicalOriginRule, originRuleAdvice, parseOriginRule } from './origin.js'

export const APP_ID_PATTERN = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/

/** Apply before the app is known, so they are the node's and not the app's. */
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
  // None: what is written stays as it is.
  editWindowSeconds: wholeNumber(10_000_000, 0),
  // Each patch and each row has them all.
  reactionsPerMessage: wholeNumber(MOST_REACTIONS, 0),
}
const LimitsSchema = z.looseObject(
  Object.fromEntries(APP_LIMITS.map((name) => [name, (RANGES[name] ?? limit).optional()])) as Record<
    AppLimit,
    z.ZodOptional<typeof limit>
  >,
)

/** What a newer node added is kept and ignored: during a rolling upgrade both read the same rows. */
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
  /** Whether joining an unknown room makes it. Otherwise only those who may moderate it do. */
  roomsOnTheFly: z.boolean().default(true),
  /** What guests, and signed users whose token names no rooms, may do. */
  capabilities: Capabilities.default(['read', 'write', 'react']),
  limits: LimitsSchema.default({}),
})

export type AppSettings = z.infer<typeof AppSettingsSchema>

export interface App {
  id: string
  /** Key of HS256 tokens and of the server API. */
  secret: string
  settings: AppSettings
  limits: Limits
}

/** The defaults with the app's own values over them. */
export function effectiveLimits(settings: AppSettings): Limits {
  const own = APP_LIMITS.filter((name) => settings.limits[name] !== undefined)
  return { ...LIMITS, ...Object.fromEntries(own.map((name) => [name, settings.limits[name]])) }
}
