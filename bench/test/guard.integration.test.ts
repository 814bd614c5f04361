/**
 * That Alcove is still cheaper than the library it is built on. A bare room and an Alcove room of the same size carry
 * messages one after the other, each at a rate that it bears; only processor time a delivery is compared, and with a wide
 * margin: what else a busy machine does, it does to both. Runs the built programs, as `npm run bench -- --guard` does.
 */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findPostgres } from '@alcove/rehearse/processes/binaries'
import { expect, it, onTestFinished } from 'vitest'
import type { Report } from '../src/report/report.js'

const PROGRAM = 'bench/dist/main.js'
const WITHIN_MS = 600_000

it(
  'a hot room costs less than a bare one, and every message reaches everybody once',
  { timeout: WITHIN_MS },
  async () => {
    const { goals, runs } = await runGuard()
    const words = goals.map(
      ({ what, wanted, measured, isMet }) =>
        `${isMet ? 'held' : 'BROKEN'}: ${what}: ${measured}, wanted ${wanted}`,
    )
    expect(runs.filter(({ outcome }) => !outcome.ok)).toEqual([])
    expect(words).toHaveLength(3)
    expect(words.filter((line) => !line.startsWith('held'))).toEqual([])
  },
)

async function runGuard(): Promise<Report> {
  const out = mkdtempSync(join(tmpdir(), 'alcove-guard-'))
  onTestFinished(() => rmSync(out, { recursive: true, force: true }))
  const { TEST_REDIS_SERVER, TEST_DATABASE_URL } = process.env
  const args = [
    ...['--guard', '--out', out],
    ...(TEST_REDIS_SERVER ? ['--redis-server', TEST_REDIS_SERVER] : []),
    // One of its own is better: its processor time counts.
    ...(findPostgres() === undefined && TEST_DATABASE_URL ? ['--database-url', TEST_DATABASE_URL] : []),
  ]
  const said = await new Promise<string>((ended) =>
    execFile(process.execPath, [PROGRAM, ...args], { timeout: WITHIN_MS }, (_error, stdout, stderr) =>
      ended(`${stdout}${stderr}`),
    ),
  )
  try {
    return JSON.parse(readFileSync(join(out, 'benchmarks.json'), 'utf8')) as Report
  } catch {
    throw new Error(`the guard found nothing:\n${said}`)
  }
}
