/** The steps of `npm test` and `npm run check`. Each returns `{ passed, failed }`; what it has to say it prints itself. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, sep } from 'node:path'
import { checkApiReports } from './api-reports.mjs'
import { checkCommits } from './commits.mjs'
import { checkDocs } from './docs/check.mjs'
import { checkImage } from './image.mjs'
import { checkPackages } from './packages.mjs'
import { run, start, tool } from './processes.mjs'
import { checkSizes } from './sizes.mjs'

/**
 * What a second run need not look at again. Its own folder: the tools' own caches have files and folders of the same
 * names beside it.
 */
const CACHE = 'node_modules/.cache/alcove'
const PROJECTS = ['.', 'sdk', 'widget', 'server', 'rehearse', 'bench', 'demo-site']

export const format = () =>
  command('prettier', [
    '--check',
    '--log-level',
    'warn',
    '--cache',
    '--cache-location',
    `${CACHE}/prettier`,
    '.',
  ])
/** Two linters: what needs types is looked for by the one that has them from the compiler in Go. */
export async function lint() {
  const counts = { passed: 0, failed: 0 }
  add(counts, await command('oxlint', ['--type-aware', '--deny-warnings', '.']))
  add(counts, await command('eslint', ['--max-warnings', '0', '.']))
  return counts
}
/** Which folder may import from which, and no circles. */
export const floors = () =>
  command('depcruise', [
    '--config',
    '.dependency-cruiser.mjs',
    ...['sdk', 'widget', 'server', 'rehearse', 'bench'].map((name) => `${name}/src`),
  ])
export const storybook = () =>
  command('storybook', ['build', '--quiet', '--disable-telemetry'], { cwd: 'widget' }, 'widget')

/** Tables, links and rules of the documentation, held against the sources; and the subjects of commits. */
export async function docs() {
  const problems = [...(await checkDocs()), ...checkCommits()]
  for (const problem of problems) console.log(problem)
  return { passed: problems.length === 0 ? 1 : 0, failed: problems.length }
}

/** One project after the other: other steps run beside this one. */
export async function types() {
  const counts = { passed: 0, failed: 0 }
  for (const folder of PROJECTS) {
    add(
      counts,
      await command('tsc', ['--noEmit', '--pretty', 'false', ...incremental(folder), '--project', folder]),
    )
  }
  return counts
}

const incremental = (folder) => [
  '--incremental',
  '--tsBuildInfoFile',
  `${CACHE}/tsc/${folder === '.' ? 'root' : folder}.tsbuildinfo`,
]

/** All of Vitest's projects but those of other steps; one row a package. */
export const unit = (
  environment,
  args = ['sdk', 'server', 'rehearse', 'bench', 'widget'].map((name) => `--project=${name}`),
) => vitest(environment, args, ({ name }) => folderOf(name))
/** The tests with modules of their own. Most of them start the embedded engine again and again. */
export const mocking = (environment = {}) =>
  vitest(environment, ['--project=server-mocking'], () => 'mocking')
/** These measure. The rehearsal bears what computes at low priority beside it, the guard nothing. */
export const rehearsal = (environment) =>
  vitest(environment, ['--project=rehearsal-alone'], () => 'rehearsal')
export const guard = (environment) => vitest(environment, ['--project=guard-alone'], () => 'guard')

const folderOf = (path) => relative(process.cwd(), path).split(sep)[0]

async function vitest(environment, args, suiteOf) {
  const { exitCode, report } = await withReport(
    'vitest',
    ['run', '--reporter=default', '--reporter=json', ...args],
    {
      environment,
      reportArgument: (file) => [`--outputFile.json=${file}`],
    },
  )
  const suites = {}
  for (const file of report?.testResults ?? []) {
    const suite = (suites[suiteOf(file)] ??= { passed: 0, failed: 0 })
    const count = (status) => file.assertionResults.filter((test) => test.status === status).length
    const failed = count('failed')
    // A file that could not even be loaded has no tests to fail.
    add(suite, { passed: count('passed'), failed: file.status === 'failed' ? Math.max(1, failed) : failed })
  }
  return withCrash(suites, exitCode)
}

/** Playwright over the built server and the demo site. */
export async function e2e(environment = {}) {
  const { exitCode, report } = await withReport(
    'playwright',
    ['test', '--config', 'demo-site/playwright.config.ts', '--reporter=list,json'],
    { environment, reportVariable: 'PLAYWRIGHT_JSON_OUTPUT_FILE' },
  )
  const { expected = 0, unexpected = 0, flaky = 0 } = report?.stats ?? {}
  return withCrash({ e2e: { passed: expected, failed: unexpected + flaky } }, exitCode)
}

export const sizes = () => checks(checkSizes())
export const image = () => checks(checkImage())
export async function packages() {
  const problems = checkApiReports()
  const reports = { name: 'API reports', ok: problems.length === 0, detail: problems.join('; ') }
  return checks([...(await checkPackages()), reports])
}

function checks(results) {
  for (const { name, ok, detail } of results)
    console.log(`${ok ? '✓' : '✗'} ${name}${detail ? `: ${detail}` : ''}`)
  return { passed: results.filter(({ ok }) => ok).length, failed: results.filter(({ ok }) => !ok).length }
}

/** A tool that passes or fails as a whole; silent when it passes. */
async function command(name, args, options = {}, folder = '.') {
  const { code, output } = await run(join(process.cwd(), folder, tool(name)), args, options)
  if (code !== 0) console.log(output.trim())
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }
}

async function withReport(name, args, { environment, reportArgument = () => [], reportVariable }) {
  const folder = mkdtempSync(join(tmpdir(), 'alcove-report-'))
  const file = join(folder, 'report.json')
  try {
    const child = start(tool(name), [...args, ...reportArgument(file)], {
      env: {
        ...process.env,
        ...(process.stdout.isTTY && { FORCE_COLOR: '1' }),
        ...environment,
        ...(reportVariable && { [reportVariable]: file }),
      },
      // Line by line, also in a terminal: what steps beside this one print would tear a live display.
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [child.stdout, child.stderr]) stream.pipe(process.stdout, { end: false })
    const { code, signal } = await child.ended
    const report = readJson(file)
    if (!report) console.log(`${name} ended with ${signal ?? code}, and without a report`)
    return { exitCode: code ?? 1, report }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

/** A runner that ends badly although no test failed, or without having run any, has crashed: that counts. */
function withCrash(suites, exitCode) {
  const all = Object.values(suites)
  const failed = all.reduce((sum, suite) => sum + suite.failed, 0)
  const total = all.reduce((sum, suite) => sum + suite.passed + suite.failed, 0)
  return (exitCode !== 0 && failed === 0) || total === 0
    ? { ...suites, crash: { passed: 0, failed: 1 } }
    : suites
}

function add(counts, { passed, failed }) {
  counts.passed += passed
  counts.failed += failed
}
