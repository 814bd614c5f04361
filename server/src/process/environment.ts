/** The environment as it comes: secrets that stand in files, names that are no settings, and what others put there. */
import { readFileSync } from 'node:fs'
import { editsBetween } from './misspelling.js'

type Environment = NodeJS.ProcessEnv

/** Settings that may stand in a file instead, as container platforms hand out secrets: `NAME_FILE` names it. */
export const IN_FILES = [
  'ALCOVE_SECRET',
  'DATABASE_URL',
  'REDIS_URL',
  'METRICS_TOKEN',
  'ADMIN_PASSWORD',
] as const

const FILE = '_FILE'

/** @returns the environment with what stands in files, and what is wrong with those. */
export function readSecretFiles(environment: Environment): { environment: Environment; problems: string[] } {
  const problems: string[] = []
  const read: Environment = {}
  for (const name of IN_FILES) {
    const file = environment[name + FILE]
    if (!file) continue
    if (environment[name])
      problems.push(`${name + FILE} should not be set beside ${name}: one of them counts`)
    try {
      // Line ends, spaces and a byte order mark around the value are the editor's: no value begins or ends with one.
      read[name] = readFileSync(file, 'utf8').trim()
      if (!read[name]) problems.push(`${name + FILE} should name a file with a value; ${file} is empty`)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      problems.push(`${name + FILE} should name a file that this process can read; ${file}: ${code}`)
    }
  }
  return { environment: { ...environment, ...read }, problems }
}

/**
 * Kubernetes sets `X_PORT=tcp://…` for every Service X of the namespace: a Service `api` makes an `API_PORT`, which is no
 * setting of anybody's.
 */
export function withoutServiceLinks(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => !isServiceAddress(value)))
}

const isServiceAddress = (value: string | undefined): boolean => /^(?:tcp|udp|sctp):\/\//.test(value ?? '')

/** Ours, but not for an operator to set. */
const INTERNAL = ['ALCOVE_WORKER', 'ALCOVE_URL', 'ALCOVE_CHROMIUM', 'ALCOVE_TEST_SEED', 'DEMO_PORT']
const PREFIX = 'ALCOVE_'
/** Names so short that others differ from them by chance. */
const SHORTEST_GUESSED = 6

/** A setting that is misspelt does nothing, in silence: each is named, with the one that was meant. */
export function unknownSettings(environment: Environment, settings: readonly string[]): string[] {
  const known = [...settings, ...IN_FILES.map((name) => name + FILE)]
  const ignored = new Set([...known, ...INTERNAL])
  return Object.keys(environment).flatMap((name) => {
    if (ignored.has(name) || !environment[name] || isOfService(name, environment[name])) return []
    const unset = known.filter((other) => !environment[other])
    const meant = meantBy(name, unset)
    if (meant) return [`${name} is no setting of Alcove and does nothing; ${meant} is one`]
    return name.startsWith(PREFIX) ? [`${name} is no setting of this version of Alcove and does nothing`] : []
  })
}

/** Some settings begin with `ALCOVE_` and others do not, so that it is easily added or left out. */
function meantBy(name: string, settings: readonly string[]): string | undefined {
  const written = name.toUpperCase()
  const bare = written.startsWith(PREFIX) ? written.slice(PREFIX.length) : undefined
  return (
    settings.find((other) => other === written || other === bare || other === PREFIX + written) ??
    settings.find((other) => isMisspelt(written, other) || (bare !== undefined && isMisspelt(bare, other)))
  )
}

/** A Service called `alcove`, or `alcove-redis`, looks like settings of ours. */
const isOfService = (name: string, value: string): boolean =>
  isServiceAddress(value) || name.includes('_SERVICE_') || /_PORT_\d+_/.test(name)

function isMisspelt(name: string, setting: string): boolean {
  if (setting.length < SHORTEST_GUESSED) return false
  const most = setting.length < 8 ? 1 : setting.length < 10 ? 2 : 3
  return editsBetween(name, setting) <= most
}
