/**
 * `npm run mutate`: changes the pure core of SDK and server, one place at a time, and looks whether a unit test notices.
 * `-- sdk/src/log/room-log.ts` only these files; `-- --list` names those that no test noticed. Not part of `npm test`: it takes
 * a quarter of an hour, works on a copy, and installs StrykerJS there, which needs Node 22.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { enterRoot } from './lib/root.mjs'
import { start } from './lib/processes.mjs'

const STRYKER = '10.1.1'
const NODE = '22'
const PNPM = '10'
/** Of each file. What is left is mostly equal behaviour: a longer wait, another text. */
const WANTED = 90

/** Decisions without socket, timer or DOM. */
const CORE = [
  ...['room-log', 'message-window', 'read-mark', 'live-log', 'catch-up'].map(
    (name) => `sdk/src/log/${name}.ts`,
  ),
  'sdk/src/outbox/*.ts',
  'sdk/src/protocol/apply.ts',
  'sdk/src/connection-state.ts',
  'sdk/src/session.ts',
  ...['frame-pace', 'loop-load', 'cluster-message'].map((name) => `server/src/delivery/${name}.ts`),
  ...['lane', 'family', 'recent', 'room-writer'].map((name) => `server/src/log/${name}.ts`),
  ...['run', 'hooks', 'actor'].map((name) => `server/src/operations/${name}.ts`),
  ...['fair-bucket', 'address-shares', 'rate-limits'].map((name) => `server/src/limits/${name}.ts`),
  'server/src/apps/request-origin.ts',
  'server/src/identity/room-pattern.ts',
  'server/src/errors/failure-kind.ts',
]

const VITEST = `import { defaultServerConditions } from 'vite'
import { defineConfig } from 'vitest/config'
const conditions = ['alcove:source', ...defaultServerConditions]
export default defineConfig({
  ssr: { resolve: { conditions } },
  resolve: { conditions },
  test: {
    include: ['sdk/{src,test}/**/*.test.ts', 'server/src/**/*.test.ts'],
    exclude: ['**/linear-time.test.ts', '**/*.integration.test.ts'],
    environment: 'node',
  },
})
`

async function main(args) {
  enterRoot()
  const given = args.filter((arg) => !arg.startsWith('-'))
  const copy = mkdtempSync(join(tmpdir(), 'alcove-mutate-'))
  try {
    copyTree(copy)
    await run(copy, 'npx', ['--yes', `pnpm@${PNPM}`, 'install', '--frozen-lockfile'])
    await run(copy, 'npx', [
      ...['--yes', `pnpm@${PNPM}`, 'add', '--save-dev', '--workspace-root'],
      ...['core', 'vitest-runner'].map((name) => `@stryker-mutator/${name}@${STRYKER}`),
    ])
    writeFileSync(join(copy, 'vitest.mutate.config.ts'), VITEST)
    writeFileSync(
      join(copy, 'stryker.config.json'),
      JSON.stringify(settings(given.length > 0 ? given : CORE)),
    )
    const stryker = 'node_modules/@stryker-mutator/core/bin/stryker.js'
    await run(copy, 'npx', ['--yes', '--package', `node@${NODE}`, '--', 'node', stryker, 'run'])
    return report(readJson(join(copy, 'reports/mutation/mutation.json')), args.includes('--list'))
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}

/** As it stands in the work tree, what is not committed included. */
function copyTree(copy) {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    encoding: 'utf8',
  })
  for (const path of listed.split('\n').filter((path) => path !== '' && existsSync(path))) {
    mkdirSync(join(copy, dirname(path)), { recursive: true })
    cpSync(path, join(copy, path))
  }
}

const settings = (mutate) => ({
  mutate: [...mutate, '!**/*.test.ts'],
  plugins: ['@stryker-mutator/vitest-runner'],
  testRunner: 'vitest',
  vitest: { configFile: 'vitest.mutate.config.ts', related: true },
  // The workspace's links lead out of a sandbox.
  inPlace: true,
  coverageAnalysis: 'perTest',
  // What a message says is nobody's rule.
  mutator: { excludedMutations: ['StringLiteral'] },
  reporters: ['json', 'progress-append-only'],
  timeoutMS: 20_000,
})

/** @returns whether each file has what is wanted */
function report({ files }, lists) {
  let isEnough = true
  for (const [name, { mutants, source }] of Object.entries(files).sort(([a], [b]) => a.localeCompare(b))) {
    const counted = mutants.filter(({ status }) => status !== 'Ignored' && status !== 'CompileError')
    const unnoticed = counted.filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
    const score = counted.length === 0 ? 100 : 100 - (100 * unnoticed.length) / counted.length
    isEnough &&= score >= WANTED
    console.log(
      `${score < WANTED ? '✗' : '✓'} ${score.toFixed(0).padStart(3)} %  ${name}  ${unnoticed.length} of ${counted.length}`,
    )
    if (!lists) continue
    const lines = source.split('\n')
    for (const { location, replacement } of unnoticed)
      console.log(
        `    ${location.start.line}: ${lines[location.start.line - 1].trim()}  ->  ${replacement.replace(/\s+/g, ' ')}`,
      )
  }
  return isEnough
}

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'))

async function run(cwd, program, args) {
  const { code } = await start(program, args, { cwd, env: { ...process.env, CI: 'true' } }).ended
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} failed`)
}

process.exitCode = (await main(process.argv.slice(2))) ? 0 : 1
