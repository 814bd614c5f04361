/** What docs/benchmarks.md and docs/images/bench show of a report; `npm run docs` holds them against the result file. */
import { chartsOf } from './charts.js'
import type { Report } from './report.js'
import { tablesOf } from './tables.js'
import { machineInWords } from './text.js'

export interface Documentation {
  machine: string
  tables: { name: string; head: readonly string[]; rows: readonly (readonly string[])[] }[]
  /** SVG by file name. */
  charts: ReadonlyMap<string, string>
}

export function documentationOf(report: Report): Documentation {
  const minutes = Math.round(report.seconds / 60)
  return {
    machine:
      `${machineInWords(report.machine)}; ${report.startedAt.slice(0, 10)}, in ${minutes} minutes.` +
      (report.size === 'full' ? '' : ' **A short run: not for its figures.**'),
    tables: tablesOf(report).map(({ name, head, rows }) => ({ name, head, rows })),
    charts: chartsOf(report),
  }
}
