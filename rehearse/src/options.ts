/** What the command line of `alcove rehearse` asks for. Every mistake is a `Usage` with what would be right. */
import { parseArgs } from 'node:util'
import { Usage } from '@alcove/server/internal/commands/usage'
import { ROWS } from './rows/index.js'
import type { Row } from './stage.js'

const OPTIONS = {
  rows: { type: 'string' },
  seed: { type: 'string' },
  nodes: { type: 'string' },
  writers: { type: 'string' },
  readers: { type: 'string' },
  seconds: { type: 'string' },
  json: { type: 'string' },
  compare: { type: 'boolean' },
  'database-url': { type: 'string' },
  'redis-server': { type: 'string' },
  server: { type: 'string' },
  app: { type: 'string' },
  'token-secret-file': { type: 'string' },
} as const

interface Common {
  seed: number
  writers: number | undefined
  readers: number | undefined
  json: string | undefined
}

export interface OwnRehearsal extends Common {
  kind: 'own'
  rows: readonly Row[]
  isLong: boolean
  nodes: number
  compares: boolean
  databaseUrl: string | undefined
  redisServer: string | undefined
}

export interface ForeignRehearsal extends Common {
  kind: 'foreign'
  servers: readonly string[]
  app: string
  tokenSecretFile: string | undefined
  seconds: number
}

export type RehearsalOptions = OwnRehearsal | ForeignRehearsal

const DEFAULT_SECONDS = 60
const OWN_ONLY = ['rows', 'nodes', 'compare', 'database-url', 'redis-server'] as const
const FOREIGN_ONLY = ['app', 'token-secret-file', 'seconds'] as const

export function parseOptions(args: string[]): RehearsalOptions {
  const values = parse(args)
  const common = {
    seed: wholeNumber('seed', values.seed, 0, 2 ** 32 - 1) ?? Math.floor(Math.random() * 2 ** 31),
    writers: wholeNumber('writers', values.writers, 1, 200),
    readers: wholeNumber('readers', values.readers, 1, 200),
    json: values.json,
  }
  const isForeign = values.server !== undefined
  for (const name of isForeign ? OWN_ONLY : FOREIGN_ONLY)
    if (values[name] !== undefined)
      throw new Usage(`--${name} goes ${isForeign ? 'without' : 'with'} --server only`)
  if (isForeign) {
    if (values.app === undefined) throw new Usage('--server needs --app <id>')
    return {
      kind: 'foreign',
      ...common,
      servers: values.server!.split(',').map(address),
      app: values.app,
      tokenSecretFile: values['token-secret-file'],
      seconds: wholeNumber('seconds', values.seconds, 5, 86_400) ?? DEFAULT_SECONDS,
    }
  }
  return {
    kind: 'own',
    ...common,
    ...chosenRows(values.rows ?? 'short'),
    nodes: wholeNumber('nodes', values.nodes, 2, 16) ?? 3,
    compares: values.compare ?? false,
    databaseUrl: values['database-url'],
    redisServer: values['redis-server'],
  }
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS }).values
  } catch (error) {
    throw new Usage(error instanceof Error ? error.message : String(error))
  }
}

/** `short`: all rows, briefly. `all`: all, at length. Numbers: these, at length. */
function chosenRows(text: string): { rows: readonly Row[]; isLong: boolean } {
  if (text === 'short' || text === 'all') return { rows: ROWS, isLong: text === 'all' }
  const [, list = text, isShort] = /^([\d,]+)(:short)?$/.exec(text) ?? []
  const rows = list.split(',').map((number) => ROWS.find((row) => `${row.number}` === number))
  const numbers = ROWS.map((row) => row.number).join(', ')
  if (rows.some((row) => !row))
    throw new Usage(`--rows should be short, all, or some of ${numbers}, such as 1,3 or 1,3:short`)
  return { rows: rows as Row[], isLong: isShort === undefined }
}

function wholeNumber(
  name: string,
  text: string | undefined,
  least: number,
  most: number,
): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= least && value <= most) return value
  throw new Usage(`--${name} should be a whole number from ${least} to ${most}`)
}

function address(text: string): string {
  try {
    const url = new URL(text)
    if (/^https?:$/.test(url.protocol)) return url.href
  } catch {
    // Said below.
  }
  throw new Usage('--server should be one or more http(s) addresses, with commas between them')
}
