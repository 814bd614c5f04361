/** The result of a rehearsal as a table to read and as JSON to keep. */
import type { Violation } from './violations.js'
import { megabytes } from './vital-signs.js'

export interface RowResult {
  readonly row: string
  readonly title: string
  readonly acked: number
  readonly stored: number
  readonly lost: number
  readonly doubled: number
  readonly outOfOrder: number
  readonly convergedMs: number
  readonly presenceErrorMs: number
  /** Of the largest node; absent where nobody can look. */
  readonly peakRssBytes?: number
  readonly seconds: number
  readonly notes: readonly string[]
  readonly violations: readonly Violation[]
}

export interface ComparisonResult {
  readonly fault: string
  readonly sent: number
  readonly readers: number
  /** Summed over the readers. */
  readonly lost: number
  readonly doubled: number
  readonly outOfOrder: number
}

export interface Report {
  readonly seed: number
  readonly rows: readonly RowResult[]
  /** Of the cluster as a whole, after everybody left. */
  readonly afterwards: readonly Violation[]
  readonly comparison: readonly ComparisonResult[]
}

export const hasHeld = ({ rows, afterwards }: Report): boolean =>
  afterwards.length === 0 && rows.every(({ violations }) => violations.length === 0)

const HEAD = [
  'row',
  'acked',
  'stored',
  'lost',
  'doubled',
  'out of order',
  'converged',
  'presence wrong',
  'peak memory',
  'took',
]

export function formatReport(report: Report): string {
  const { rows, afterwards, comparison, seed } = report
  const parts = [
    table([
      HEAD,
      ...rows.map((result) => [
        `${result.row} ${result.title}`.trim(),
        ...[result.acked, result.stored, result.lost, result.doubled, result.outOfOrder].map(String),
        seconds(result.convergedMs),
        seconds(result.presenceErrorMs),
        result.peakRssBytes === undefined ? '' : `${megabytes(result.peakRssBytes)} MB`,
        `${result.seconds.toFixed(0)} s`,
      ]),
    ]),
    ...(comparison.length > 0 ? [formatComparison(comparison)] : []),
    ...rows.flatMap(({ row, violations }) =>
      violations.map(({ rule, what }) => `✗ row ${row}: ${rule}: ${what}`),
    ),
    ...afterwards.map(({ rule, what }) => `✗ after all rows: ${rule}: ${what}`),
    hasHeld(report)
      ? `all invariants held; seed ${seed}`
      : `invariants were broken; the same again: --seed ${seed}`,
  ]
  return parts.join('\n')
}

function formatComparison(results: readonly ComparisonResult[]): string {
  return [
    '\na bare Socket.IO room over the Redis adapter, the same faults:',
    table([
      ['fault', 'sent', 'readers', 'to be shown', 'lost', 'doubled', 'out of order'],
      ...results.map((result) => [
        result.fault,
        ...[
          result.sent,
          result.readers,
          result.sent * result.readers,
          result.lost,
          result.doubled,
          result.outOfOrder,
        ].map(String),
      ]),
    ]),
    '',
  ].join('\n')
}

/** The first column is words, the others are numbers. */
function table(lines: readonly (readonly string[])[]): string {
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  )
  return lines
    .map((line) =>
      line
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
        .join('  '),
    )
    .join('\n')
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`
