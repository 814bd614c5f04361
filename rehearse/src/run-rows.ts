/** Runs rows on a cluster, each in a separate room with separate people, and checks each. */
import type { Violation } from './violations.js'
import type { Cluster } from './cluster.js'
import type { Random } from './processes/random.js'
import type { RowResult } from './report.js'
import { openScene, type Judgement, type Scene } from './scene.js'
import { pause, type Row } from './stage.js'
import { checkBaseline, takeBaseline, watchVitalSigns, type VitalSigns } from './vital-signs.js'

/** Everybody has written before the fault begins. */
const WARM_UP_ACKS = 30
const WARM_UP_WITHIN_MS = 20_000
/** Writing goes on for so long after the fault. */
const AFTERMATH_MS = 500

export interface Play {
  cluster: Cluster
  random: Random
  isLong: boolean
  writers?: number | undefined
  readers?: number | undefined
  say: (line: string) => void
}

export async function runRows(
  rows: readonly Row[],
  play: Play,
): Promise<{ results: RowResult[]; afterwards: Violation[] }> {
  const { cluster, say } = play
  const baseline = await takeBaseline(cluster)
  const vitalSigns = watchVitalSigns(cluster)
  const results: RowResult[] = []
  try {
    for (const row of rows) {
      say(`row ${row.number}: ${row.title} …`)
      const result = await runRow(row, play, vitalSigns)
      for (const note of result.notes) say(`  ${note}`)
      for (const { rule, what } of result.violations) say(`  ✗ ${rule}: ${what}`)
      results.push(result)
    }
  } finally {
    vitalSigns.close()
  }
  say('waiting until nothing is left of anybody …')
  return { results, afterwards: await checkBaseline(cluster, baseline) }
}

async function runRow(row: Row, play: Play, vitalSigns: VitalSigns): Promise<RowResult> {
  const { cluster, isLong } = play
  const startedAt = performance.now()
  const random = play.random.fork(`row ${row.number}`)
  const notes: string[] = []
  const violations: Violation[] = []
  const violate = (what: string) => void violations.push({ rule: 'row', what })
  let judgement: Judgement | undefined
  let scene: Scene | undefined
  vitalSigns.takePeaks()
  let peakRssBytes = 0
  const keepPeak = () => {
    const peaks = vitalSigns.takePeaks()
    peakRssBytes = Math.max(peakRssBytes, peaks.rssBytes)
    return peaks
  }
  try {
    scene = await openScene({
      proxies: cluster.proxies,
      app: cluster.app,
      foreignApp: cluster.foreignApp,
      readDatabase: cluster.readDatabase,
      readRevs: cluster.readRevs,
      random,
      room: `row-${row.number}-${random.int(1e9).toString(36)}`,
      writers: play.writers ?? 4,
      readers: play.readers ?? 4,
      ...row.cast,
    })
    scene.start()
    if (!(await scene.moreAcks(WARM_UP_ACKS, WARM_UP_WITHIN_MS))) violate('no acks before the fault')
    await row.fault({
      cluster,
      scene,
      random,
      isLong,
      vitalSigns: { ...vitalSigns, takePeaks: keepPeak },
      note: (text) => void notes.push(text),
      violate,
      pause,
    })
    await pause(AFTERMATH_MS)
    judgement = await scene.judge()
  } catch (error) {
    violate(
      `the rehearsal itself failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    )
  } finally {
    cluster.heal()
    await scene?.close()
  }
  keepPeak()
  const stopped = await reviveNodes(cluster)
  const faults = cluster
    .takeFaults()
    .map((line): Violation => ({ rule: 'row', what: `a node said: ${line}` }))
  return {
    row: `${row.number}`,
    title: row.title,
    acked: judgement?.acked ?? 0,
    stored: judgement?.stored ?? 0,
    lost: judgement?.lost ?? 0,
    doubled: judgement?.doubled ?? 0,
    outOfOrder: judgement?.outOfOrder ?? 0,
    convergedMs: judgement?.convergedMs ?? 0,
    presenceErrorMs: judgement?.presenceErrorMs ?? 0,
    peakRssBytes,
    seconds: (performance.now() - startedAt) / 1000,
    notes,
    violations: [...violations, ...(judgement?.violations ?? []), ...stopped, ...faults],
  }
}

/** A node that ended by itself is reported, and replaced for later rows. */
async function reviveNodes({ seats }: Cluster): Promise<Violation[]> {
  const gone = seats.filter(({ node }) => !node.isRunning)
  for (const seat of gone) await seat.replace()
  return gone.map(({ index }) => ({ rule: 'row', what: `node ${index} stopped by itself` }))
}
