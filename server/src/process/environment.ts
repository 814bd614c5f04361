/** The raw environment: secrets in files, unknown names, and variables set by others. */
import { readFileSync } from 'node:fs'
import { editsBetween } from './misspelling.js'

type Environment = NodeJS.ProcessEnv

/** Settings that may be in a file instead, as container platforms provide secrets: `NAME_FILE` names it. */
export const IN_FILES = [
  'ALCOVE_SECRET',
  'DATABASE_URL',
  'REDIS_URL',
  'METRICS_TOKEN',
  'ADMIN_PASSWORD',
] as const

const FILE = '_FILE'

/** @returns the environment including the values from files, and the problems with those. */
export function readSecretFiles(environment: Environment): { environment: Environment; problems: string[] } {
  const problems: string[] = []
  const read: Environment = {}
  for (const name of IN_FILES) {
    const file = environment[name + FILE]
    if (!file) continue
    if (environment[name])
      problems.push(`${name + FILE} should not be set together with ${name}: set one of them`)
    try {
      // Line ends, spaces and a byte order mark around the value come from editors: no value starts or ends with one.
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
 * Kubernetes sets `X_PORT=tcp://…` for every Service X of the namespace: a Service `api` creates an `API_PORT` that is
 * not meant as a setting.
 */
export function withoutServiceLinks(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => !isServiceAddress(value)))
}

const isServiceAddress = (value: string | undefined): boolean => /^(?:tcp|udp|sctp):\/\//.test(value ?? '')

/** Our own variables, not meant for operators. */
const INTERNAL = ['ALCOVE_WORKER', 'ALCOVE_URL', 'ALCOVE_CHROMIUM', 'ALCOVE_TEST_SEED', 'DEMO_PORT']
const PREFIX = 'ALCOVE_'
/** Names so short that unrelated ones resemble them by chance. */
const SHORTEST_GUESSED = 6

/** A misspelt setting silently does nothing, so each is reported with the name that was probably meant. */
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

/** Some settings start with `ALCOVE_` and others do not, so the prefix is easily added or left out. */
function meantBy(name: string, settings: readonly string[]): string | undefined {
  const written = name.toUpperCase()
  const bare = written.startsWith(PREFIX) ? written.slice(PREFIX.length) : undefined
  return (
    settings.find((other) => other === written || other === bare || other === PREFIX + written) ??
    settings.find((other) => isMisspelt(written, other) || (bare !== undefined && isMisspelt(bare, other)))
  )
}

/** A Service called `alcove` or `alcove-redis` creates names that look like our settings. */
const isOfService = (name: string, value: string): boolean =>
  isServiceAddress(value) || name.includes('_SERVICE_') || /_PORT_\d+_/.test(name)

function isMisspelt(name: string, setting: string): boolean {
  if (setting.length < SHORTEST_GUESSED) return false
  const most = setting.length < 8 ? 1 : setting.length < 10 ? 2 : 3
  return editsBetween(name, setting) <= most
}
