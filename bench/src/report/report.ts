/** The result file: plain data, complete enough to write every table and plot from it again. */
import type { Contender } from '../contenders.js'
import type { MeasureName, OptionsOf, ResultOf } from '../measures/index.js'
import type { Section, Size } from '../plan.js'

export interface Goal {
  readonly section: Section
  readonly what: string
  readonly wanted: string
  readonly measured: string
  readonly isMet: boolean
}

export interface Report {
  /** Of this form. */
  readonly version: 1
  /** ISO 8601. */
  readonly startedAt: string
  readonly seconds: number
  readonly size: Size
  readonly machine: Machine
  readonly runs: readonly Run[]
  readonly goals: readonly Goal[]
}

export interface Machine {
  readonly cores: number
  readonly processor: string
  readonly memoryGigabytes: number
  readonly system: string
  readonly node: string
  readonly postgres: string
  readonly redis: string
}

interface RunOf<N extends MeasureName> {
  readonly section: Section
  readonly contender: Contender
  /** The contender in words. */
  readonly name: string
  readonly measure: N
  readonly options: OptionsOf<N>
  readonly seconds: number
  readonly outcome: Outcome<ResultOf<N>>
}

/** One measure of one contender. */
export type Run<M extends MeasureName = MeasureName> = { [N in M]: RunOf<N> }[M]

export type Outcome<R> =
  | { readonly ok: true; readonly result: R; readonly commits?: Commits }
  | { readonly ok: false; readonly error: string }

/** What the nodes committed while they were measured, from their own metrics. */
export interface Commits {
  readonly count: number
  readonly meanMs: number
  readonly messagesEach: number
}

export interface Finding<N extends MeasureName> {
  readonly run: Run<N>
  readonly options: OptionsOf<N>
  readonly result: ResultOf<N>
  readonly commits: Commits | undefined
}

export function runsOf<N extends MeasureName>(
  runs: readonly Run[],
  measure: N,
  sections: readonly Section[],
): Run<N>[] {
  return runs.filter(
    (run) => run.measure === measure && sections.includes(run.section),
  ) as unknown as Run<N>[]
}

/** Runs that succeeded, with what they found. */
export function found<N extends MeasureName>(runs: readonly Run<N>[]): Finding<N>[] {
  return runs.flatMap((run) => {
    const { outcome, options } = run
    return outcome.ok ? [{ run, options, result: outcome.result, commits: outcome.commits }] : []
  })
}

export const findings = <N extends MeasureName>(runs: readonly Run[], measure: N, ...sections: Section[]) =>
  found(runsOf(runs, measure, sections))

export const hasFailed = (run: Run) => !run.outcome.ok
