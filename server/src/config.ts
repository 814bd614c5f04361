/** The environment as one validated object. All problems are reported together, each with its correction. */
import { ExpectedFailure } from './errors/expected-failure.js'
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { parseRedisUrl } from './cluster/redis-address.js'
import { IN_FILES, readSecretFiles, unknownSettings, withoutServiceLinks } from './process/environment.js'
import { createFile } from './storage/durable-files.js'
import { makeDirectory } from './storage/make-directory.js'

const MIN_SECRET_LENGTH = 32
const MAX_SHOWN_CHARACTERS = 64

const wholeNumber = (min: number, max: number, hint: string) =>
  z
    .string()
    .regex(/^\d+$/, hint)
    .transform(Number)
    .refine((value) => value >= min && value <= max, hint)

/** The error message for an invalid address, without its password. */
const redisUrl = z.string().superRefine((url, context) => {
  try {
    parseRedisUrl(url)
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message })
  }
})

const blankIsAbsent = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema)

const Environment = z.object({
  PORT: blankIsAbsent(wholeNumber(0, 65_535, 'a port from 0 (any free one) to 65535').default(3000)),
  HOST: blankIsAbsent(z.string().default('127.0.0.1')),
  ALCOVE_DATA_DIR: blankIsAbsent(z.string().default('./data')),
  DATABASE_URL: blankIsAbsent(
    z
      .string()
      .regex(/^postgres(ql)?:\/\//, 'an address such as postgres://user:password@host:5432/alcove')
      .optional(),
  ),
  REDIS_URL: blankIsAbsent(redisUrl.optional()),
  WORKERS: blankIsAbsent(
    wholeNumber(1, 64, 'a number from 1 to 64: how many nodes run on this machine').default(1),
  ),
  API_PORT: blankIsAbsent(wholeNumber(0, 65_535, 'a port from 0 (any free one) to 65535').optional()),
  MAX_CONNECTIONS: blankIsAbsent(
    wholeNumber(1, 1_000_000, 'a number from 1 to 1000000: how many connections one node takes').default(
      20_000,
    ),
  ),
  ALCOVE_SECRET: blankIsAbsent(
    z
      .string()
      .min(MIN_SECRET_LENGTH, 'at least 32 characters, for example from: openssl rand -base64 48')
      .optional(),
  ),
  METRICS_TOKEN: blankIsAbsent(z.string().optional()),
  TRUST_PROXY: blankIsAbsent(
    wholeNumber(0, 10, 'a number from 0 to 10: how many proxies stand in front').default(0),
  ),
  LOG_LEVEL: blankIsAbsent(
    z
      .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
        error: 'one of fatal, error, warn, info, debug, trace, silent',
      })
      .default('info'),
  ),
  ALCOVE_CREATE_DEMO: blankIsAbsent(z.enum(['0', '1'], { error: '0 or 1' }).default('0')),
})

/** Planned, and harmless to set: the admin pages do not exist yet. */
const NOT_YET = ['ADMIN_USER', 'ADMIN_PASSWORD']

/** Every variable that is read from the environment. */
const SETTINGS = [...Object.keys(Environment.shape), ...NOT_YET]

export interface Config {
  port: number
  host: string
  dataDir: string
  databaseUrl: string | undefined
  /** Joins several nodes into one cluster; without it this process runs alone. */
  redisUrl: string | undefined
  /** The number of nodes on this machine behind one port. */
  workers: number
  /** With several workers: the port on which requests with bodies reach a worker directly. */
  apiPort: number | undefined
  /** The number of realtime connections at which a node sends others elsewhere. */
  maxConnections: number
  /** Signs guest identities. */
  secret: string
  /** Opens `/metrics` to remote callers that present it. */
  metricsToken: string | undefined
  trustProxy: number
  logLevel: string
  createDemo: boolean
  /** Warnings about settings that work but are probably not intended, a sentence each. */
  warnings: readonly string[]
}

export class BadConfiguration extends ExpectedFailure {
  override readonly name = 'BadConfiguration'
  readonly problems: readonly string[]
  constructor(problems: readonly string[]) {
    super(
      `unable to start; the configuration has ${problems.length} problem${problems.length === 1 ? '' : 's'}:\n${problems.map((p) => `  - ${p}`).join('\n')}`,
    )
    this.problems = problems
  }
}

/** The settings as given, without a generated secret. */
export type Settings = Omit<Config, 'secret'> & { secret: string | undefined }

export const readConfig = (given: NodeJS.ProcessEnv): Config => withSecret(readSettings(given))

/** Creates the data directory and a secret in it if there is none. */
export function withSecret(settings: Settings): Config {
  return { ...settings, secret: settings.secret ?? generatedSecret(settings.dataDir) }
}

/** Creates nothing. */
export function readSettings(given: NodeJS.ProcessEnv): Settings {
  const { environment, problems } = readSecretFiles(withoutServiceLinks(given))
  const parsed = Environment.safeParse(environment)
  if (!parsed.success)
    problems.push(
      ...parsed.error.issues.map((issue) => problemOf(String(issue.path[0]), issue.message, environment)),
    )
  if (environment.DATABASE_URL && !environment.ALCOVE_SECRET) {
    problems.push(
      'ALCOVE_SECRET should be set when DATABASE_URL is: every node must sign with the same secret; for example from: openssl rand -base64 48',
    )
  }
  for (const name of ['REDIS_URL', 'DATABASE_URL'] as const) {
    if (parsed.success && parsed.data.WORKERS > 1 && !parsed.data[name])
      problems.push(`${name} should be set when WORKERS is above 1: the workers share it`)
  }
  if (!parsed.success || problems.length > 0) throw new BadConfiguration(problems)
  const env = parsed.data
  return {
    port: env.PORT,
    host: env.HOST,
    dataDir: resolve(env.ALCOVE_DATA_DIR),
    databaseUrl: env.DATABASE_URL,
    redisUrl: env.REDIS_URL,
    workers: env.WORKERS,
    apiPort: env.API_PORT,
    maxConnections: env.MAX_CONNECTIONS,
    secret: env.ALCOVE_SECRET,
    metricsToken: env.METRICS_TOKEN,
    trustProxy: env.TRUST_PROXY,
    logLevel: env.LOG_LEVEL,
    createDemo: env.ALCOVE_CREATE_DEMO === '1',
    warnings: warningsOf(given),
  }
}

/** Shows the value, unless it is a secret or contains a password. */
function problemOf(name: string, right: string, environment: NodeJS.ProcessEnv): string {
  const isSecret = (IN_FILES as readonly string[]).includes(name)
  const value = environment[name]?.slice(0, MAX_SHOWN_CHARACTERS)
  return `${name} should be ${right}${isSecret ? '' : `; it is ${JSON.stringify(value)}`}`
}

function warningsOf(environment: NodeJS.ProcessEnv): string[] {
  return [
    ...NOT_YET.filter((name) => environment[name]).map(
      (name) => `${name} does nothing yet: this version has no admin pages`,
    ),
    ...unknownSettings(environment, SETTINGS),
  ]
}

/** Generated once and kept next to the embedded database, readable only by its owner. */
function generatedSecret(dataDir: string): string {
  const file = join(dataDir, 'secret')
  const secret = storedSecret(dataDir, file)
  // A truncated secret would let anyone sign guests.
  if (secret.length < MIN_SECRET_LENGTH)
    throw new BadConfiguration([
      `ALCOVE_DATA_DIR should hold a whole secret; ${file} has ${secret.length} characters. Restore it; or delete it and run: alcove migrate --accept-secret, and guests become new ones`,
    ])
  return secret
}

function storedSecret(dataDir: string, file: string): string {
  try {
    makeDirectory(dataDir)
    if (!existsSync(file)) createFile(file, randomBytes(48).toString('base64url'))
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new BadConfiguration([
      `ALCOVE_DATA_DIR should be a directory this process may write to; ${dataDir}: ${(error as NodeJS.ErrnoException).code}`,
    ])
  }
}
