/** What the command line of `npm run bench` asks for. Every mistake is a `Usage` with what would be right. */
import { parseArgs } from 'node:util'
import { CONTENDERS, isContender, type Contender } from './contenders.js'
import { SECTIONS, type Section, type Size } from './plan.js'

/** A mistake on the command line: printed without a stack, exit code 2. */
export class Usage extends Error {
  override readonly name = 'Usage'
}

export interface BenchOptions {
  size: Size
  sections: readonly Section[]
  contenders: readonly Contender[] | undefined
  /** A further copy of the result file. */
  json: string | undefined
  /** Folder of the result file and the plots. */
  out: string
  /** Programs that are not where they are looked for. */
  postgres: string | undefined
  redisServer: string | undefined
  /** Instead of a PostgreSQL of one's own. */
  databaseUrl: string | undefined
}

const OPTIONS = {
  only: { type: 'string' },
  targets: { type: 'string' },
  short: { type: 'boolean' },
  guard: { type: 'boolean' },
  json: { type: 'string' },
  out: { type: 'string' },
  postgres: { type: 'string' },
  'redis-server': { type: 'string' },
  'database-url': { type: 'string' },
} as const

/** A short run does not write over the result of a long one. */
const OUT = { full: 'bench/results', short: 'bench/results/short', guard: 'bench/results/guard' }

export function parseOptions(args: string[]): BenchOptions {
  const values = parse(args)
  if (values.guard && (values.short || values.only !== undefined || values.targets !== undefined))
    throw new Usage('--guard goes without --short, --only and --targets')
  const size = values.guard ? 'guard' : values.short ? 'short' : 'full'
  return {
    size,
    sections: values.only === undefined ? SECTIONS : chosenSections(values.only),
    contenders: values.targets === undefined ? undefined : chosenContenders(values.targets),
    json: filled('json', values.json),
    out: filled('out', values.out) ?? OUT[size],
    postgres: filled('postgres', values.postgres),
    redisServer: filled('redis-server', values['redis-server']),
    databaseUrl: filled('database-url', values['database-url']),
  }
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS }).values
  } catch (error) {
    throw new Usage(error instanceof Error ? error.message : String(error))
  }
}

function chosenSections(text: string): Section[] {
  const letters = text.split(',')
  const chosen = SECTIONS.filter((section) => letters.includes(section))
  if (letters.some((letter) => !chosen.some((section) => section === letter)))
    throw new Usage(`--only should be some of ${SECTIONS.join(', ')}, such as a,c`)
  return chosen
}

function chosenContenders(text: string): Contender[] {
  const names = text.split(',')
  if (!names.every(isContender))
    throw new Usage(
      `--targets should be some of ${Object.keys(CONTENDERS).join(', ')}, such as bare,postgres-1`,
    )
  return names
}

function filled(name: string, text: string | undefined): string | undefined {
  if (text === '') throw new Usage(`--${name} needs a value`)
  return text
}
