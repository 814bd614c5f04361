/** A report on a terminal. */
import type { Machine, Report } from './report.js'
import { tablesOf, type Table } from './tables.js'

export function textOf(report: Report): string {
  return [
    machineInWords(report.machine),
    ...tablesOf(report).map(tableAsText),
    ...(report.size === 'full' ? [] : ['A short run: to see that everything works, not for its figures.']),
    LIMITS,
  ].join('\n\n')
}

export const machineInWords = (machine: Machine) =>
  `${machine.cores} cores (${machine.processor}), ${machine.memoryGigabytes} GB, ${machine.system}, ` +
  `Node ${machine.node}, PostgreSQL ${machine.postgres}, Redis ${machine.redis}`

const LIMITS =
  'Clients, nodes, PostgreSQL and Redis share this machine and its loopback: go by the ratios, not by the figures.'

function tableAsText({ title, head, rows }: Table): string {
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => (row[column] ?? '').length)),
  )
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) =>
        isFigure(rows, column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
      )
      .join('  ')
      .trimEnd()
  return [title, '', line(head), widths.map((width) => '─'.repeat(width)).join('  '), ...rows.map(line)].join(
    '\n',
  )
}

/** A column of figures stands to the right. */
const isFigure = (rows: Table['rows'], column: number) =>
  rows.every((row) => /^(–|-?[\d.,]+x?)$/.test(row[column] ?? ''))
