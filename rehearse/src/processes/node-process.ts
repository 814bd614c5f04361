/** One node: `alcove serve` in a process of its own, with what it logged and measured. */
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { startProgram, type Ended } from './child-process.js'
import { parseMetrics, type MetricValues } from './metric-values.js'

const CLI = join(
  dirname(createRequire(import.meta.url).resolve('@alcove/server/package.json')),
  'dist/cli.js',
)
const LISTENS_WITHIN_MS = 30_000
/** Longer than any stall: asking ends the window of the event loop's lag, so an answer must not be missed. */
const ANSWERS_WITHIN_MS = 5_000
/** So many lines of a node's end are worth showing. */
const KEPT_LINES = 50

export interface NodeProcess {
  readonly pid: number
  readonly port: number
  readonly isRunning: boolean
  /** The node is stopping: a load balancer sends nobody here any more. */
  readonly isLeaving: boolean
  /** Lines of level `error` or `fatal`, and what went to standard error: a node should have none. */
  readonly faults: readonly string[]
  signal(signal: NodeJS.Signals): void
  kill(): Promise<Ended>
  readonly ended: Promise<Ended>
  /** @returns undefined when the node does not answer */
  metrics(): Promise<MetricValues | undefined>
}

/** @param nodeFlags flags of Node itself */
export async function startNodeProcess(
  environment: Record<string, string>,
  nodeFlags: readonly string[] = [],
): Promise<NodeProcess> {
  const program = await startProgram(process.execPath, [...nodeFlags, CLI, 'serve'], {
    // Nothing of the operator's own settings.
    env: { PATH: process.env.PATH, HOME: process.env.HOME, PORT: '0', HOST: '127.0.0.1', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const faults: string[] = []
  const keep = (line: string) => faults.length < KEPT_LINES && faults.push(line)
  const lastWords: string[] = []
  createInterface(program.child.stderr!).on(
    'line',
    (line) => line.trim() !== '' && lastWords.push(line.trim()),
  )
  // The unexpected end of a node that was not killed, reported as a fault.
  void program.ended.then(() => lastWords.length > 0 && keep(lastWords.join(' ')))
  const port = await new Promise<number>((listening, failed) => {
    const timer = setTimeout(
      () => failed(new Error('unable to start a node; it did not listen in time')),
      LISTENS_WITHIN_MS,
    )
    createInterface(program.child.stdout!).on('line', (line) => {
      const entry = parseLine(line)
      if (entry.level === 'error' || entry.level === 'fatal') keep(line)
      if (entry.msg !== 'listening' || entry.port === undefined) return
      clearTimeout(timer)
      listening(entry.port)
    })
    void program.ended.then(() => {
      clearTimeout(timer)
      failed(new Error(`unable to start a node; it ended: ${[...faults, ...lastWords].join('\n')}`))
    })
  }).catch(async (error: unknown) => {
    await program.kill()
    throw error
  })
  let isLeaving = false
  return {
    pid: program.pid,
    port,
    get isRunning() {
      return program.isRunning
    },
    get isLeaving() {
      return isLeaving
    },
    faults,
    signal(signal) {
      isLeaving ||= signal === 'SIGTERM'
      program.signal(signal)
    },
    kill: program.kill,
    ended: program.ended,
    async metrics() {
      try {
        const signal = AbortSignal.timeout(ANSWERS_WITHIN_MS)
        const response = await fetch(`http://127.0.0.1:${port}/metrics`, { signal })
        return parseMetrics(await response.text())
      } catch {
        return undefined
      }
    },
  }
}

function parseLine(line: string): { level?: string; msg?: string; port?: number } {
  try {
    return JSON.parse(line) as { level?: string; msg?: string; port?: number }
  } catch {
    return {}
  }
}
