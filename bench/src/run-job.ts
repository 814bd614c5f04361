/** One measure of one contender, started afresh and gone afterwards. What goes wrong is part of the result. */
import { CONTENDERS } from './contenders.js'
import { measure } from './load/measure.js'
import { roomsOfDurableSends } from './measures/durable-sends.js'
import type { Job } from './plan.js'
import type { Commits, Outcome, Run } from './report/report.js'
import type { Ground } from './targets/ground.js'
import { metricsOf } from './targets/metrics.js'
import { nameOf, startTarget, type RunningTarget } from './targets/start-target.js'
import type { Target } from './targets/target.js'

export async function runJob(ground: Ground, job: Job): Promise<Run> {
  const { section, contender, options } = job
  const startedAt = performance.now()
  const outcome = await outcomeOf(ground, job)
  const seconds = (performance.now() - startedAt) / 1_000
  const name = nameOf(CONTENDERS[contender])
  return { section, contender, name, measure: job.measure, options, seconds, outcome } as Run
}

async function outcomeOf(ground: Ground, job: Job): Promise<Outcome<unknown>> {
  let running: RunningTarget | undefined
  try {
    running = await startTarget(ground, CONTENDERS[job.contender], roomsOf(job))
    const result = await measure(job.measure, running.target, job.options)
    const commits = await commitsOf(running.target)
    return { ok: true, result, ...(commits && { commits }) }
  } catch (error) {
    return { ok: false, error: sentenceOf(error) }
  } finally {
    await running?.close()
  }
}

const roomsOf = (job: Job) => (job.measure === 'durable-sends' ? roomsOfDurableSends(job.options) : [])

const MOST_CHARACTERS = 160
const PATH = /(?:file:\/\/)?(?:\/[\w.@-]+){2,}/g

/** The first line says it, without a stack or paths of this machine: it stays in the result file. */
function sentenceOf(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
  return line.replace(PATH, '…').slice(0, MOST_CHARACTERS)
}

async function commitsOf(target: Target): Promise<Commits | undefined> {
  const total = await metricsOf(target)
  if (!total) return undefined
  const count = total('alcove_commit_seconds_count')
  return {
    count,
    meanMs: (total('alcove_commit_seconds_sum') / count) * 1_000,
    messagesEach: total('alcove_commit_messages_sum') / count,
  }
}
