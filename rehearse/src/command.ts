/** `alcove rehearse`: causes the faults a cluster must survive and checks that nothing was lost, doubled or reordered. */
import { writeFile } from 'node:fs/promises'
import { startCluster, type Cluster } from './cluster.js'
import { compare } from './comparison.js'
import { rehearseForeign } from './foreign.js'
import { parseOptions, type OwnRehearsal, type RehearsalOptions } from './options.js'
import { seededRandom } from './processes/random.js'
import { formatReport, hasHeld, type Report } from './report.js'
import { runRows } from './run-rows.js'

type Say = (line: string) => void

/** @returns whether all invariants held */
export async function rehearseCommand(args: string[], say: Say): Promise<boolean> {
  const options = parseOptions(args)
  say(`seed ${options.seed}`)
  const report = await rehearse(options, say)
  say(`\n${formatReport(report)}`)
  if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(report, null, 2)}\n`)
  return hasHeld(report)
}

async function rehearse(options: RehearsalOptions, say: Say): Promise<Report> {
  const { seed } = options
  if (options.kind === 'own') return rehearseOwn(options, say)
  const result = await rehearseForeign(options, seededRandom(seed), say)
  return { seed, rows: [result], afterwards: [], comparison: [] }
}

async function rehearseOwn(options: OwnRehearsal, say: Say): Promise<Report> {
  const { seed, rows, isLong, writers, readers } = options
  let cluster: Cluster | undefined
  const forget = closeOnSignals(async () => cluster?.close())
  try {
    cluster = await startCluster(options)
    const play = { cluster, random: seededRandom(seed), isLong, writers, readers, say }
    const { results, afterwards } = await runRows(rows, play)
    const comparison = options.compares ? await compare(cluster, seededRandom(seed), say) : []
    return { seed, rows: results, afterwards, comparison }
  } finally {
    await cluster?.close()
    forget()
  }
}

/** Ctrl-C leaves no process and no database behind: leaving by `exit` ends what is still being started, too. */
function closeOnSignals(close: () => Promise<void>): () => void {
  const end = (_signal: NodeJS.Signals, number: number) =>
    void close().finally(() => process.exit(128 + number))
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.once(signal, end)
  return () => {
    for (const signal of signals) process.off(signal, end)
  }
}
