/** `npm run bench`: measures Alcove and bare Socket.IO rooms in one run; prints, stores and plots the results. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { machineFacts } from './machine.js'
import { parseOptions, Usage, type BenchOptions } from './options.js'
import { planOf, secondsOf, type Job } from './plan.js'
import { chartsOf } from './report/charts.js'
import { judge } from './report/goals.js'
import { hasFailed, type Report, type Run } from './report/report.js'
import { textOf } from './report/text.js'
import { runJob } from './run-job.js'
import { layGround, type Ground } from './targets/ground.js'

const say = (line: string) => void process.stdout.write(`${line}\n`)

/** @returns the exit code */
async function main(args: string[]): Promise<number> {
  const options = parseOptions(args)
  const jobs = planOf(options)
  if (jobs.length === 0) throw new Usage('nothing to measure: these --targets have no part in these measures')
  const startedAt = new Date()
  const ground = await layGround(options)
  try {
    const runs = await runAll(ground, jobs)
    const report: Report = {
      version: 1,
      startedAt: startedAt.toISOString(),
      seconds: Math.round((Date.now() - startedAt.getTime()) / 1_000),
      size: options.size,
      machine: machineFacts(ground),
      runs,
      goals: judge(runs),
    }
    say(`\n${textOf(report)}\n`)
    write(report, options)
    return exitCodeOf(report)
  } finally {
    await ground.close()
  }
}

async function runAll(ground: Ground, jobs: readonly Job[]): Promise<Run[]> {
  const runs: Run[] = []
  say(`${jobs.length} measures, about ${duration(secondsOf(jobs))}`)
  for (const [index, job] of jobs.entries()) {
    const run = await runJob(ground, job)
    runs.push(run)
    const left = duration(secondsOf(jobs.slice(index + 1)))
    const number = `${index + 1}`.padStart(`${jobs.length}`.length)
    const verdict = run.outcome.ok ? '' : `  failed: ${run.outcome.error}`
    say(
      `${number}/${jobs.length} (${job.section}) ${job.measure}: ${run.name}, ${run.seconds.toFixed(0)} s; ${left} left${verdict}`,
    )
  }
  return runs
}

function write(report: Report, { out, json }: BenchOptions): void {
  const text = `${JSON.stringify(report, inFewDigits, 2)}\n`
  mkdirSync(out, { recursive: true })
  const file = join(out, 'benchmarks.json')
  writeFileSync(file, text)
  if (json !== undefined) {
    mkdirSync(dirname(json), { recursive: true })
    writeFileSync(json, text)
  }
  const charts = chartsOf(report)
  for (const [name, svg] of charts) writeFileSync(join(out, name), svg)
  say(`Wrote ${[file, ...(json === undefined ? [] : [json]), ...charts.keys()].join(', ')}`)
}

const DIGITS = 4

const inFewDigits = (_key: string, value: unknown) =>
  typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(DIGITS)) : value

/** A missed goal does not fail the run, because it depends on the machine; the guard's goals do. */
const exitCodeOf = ({ runs, goals, size }: Report) =>
  runs.some(hasFailed) || (size === 'guard' && goals.some(({ isMet }) => !isMet)) ? 1 : 0

const duration = (seconds: number) =>
  seconds < 100 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} minutes`

// Leaving by `exit` ends the programs that were started, which do not receive our signals.
for (const [signal, number] of [
  ['SIGINT', 2],
  ['SIGTERM', 15],
  ['SIGHUP', 1],
] as const)
  process.once(signal, () => process.exit(128 + number))

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exit(error instanceof Usage ? 2 : 1)
  },
)
