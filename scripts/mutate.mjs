/**
 * `npm run mutate`: changes the pure core of SDK and server, one place at a time, and checks whether a unit test
 * beside it notices. `-- sdk/src/log/room-log.ts` only these files; `-- --list` names those that no test noticed; `--
 * --copy=FOLDER` keeps the copy, and a later run with it tries again only what may have another outcome (not what runs
 * once, when a file is imported: that keeps its outcome until the file changes). Not part of `npm test`: it takes half an
 * hour, works on a copy, and installs StrykerJS there, which needs Node 22.
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
  ...of('sdk/src', [
    'connection-state',
    'draft',
    'edits',
    'may-change',
    'message',
    'presence',
    'reactions',
    'session',
  ]),
  'sdk/src/log/*.ts',
  'sdk/src/outbox/*.ts',
  ...of('sdk/src/protocol', ['apply', 'message', 'reactions', 'token-subject']),
  'server/src/apps/request-origin.ts',
  ...of('server/src/delivery', ['cluster-message', 'frame-pace', 'loop-load']),
  'server/src/errors/failure-kind.ts',
  'server/src/http/v1/input.ts',
  'server/src/identity/room-pattern.ts',
  ...of('server/src/limits', ['address-shares', 'fair-bucket', 'rate-limits']),
  'server/src/log/*.ts',
  ...of('server/src/operations', ['actor', 'commit', 'cursor', 'hooks', 'limits', 'run']),
  ...of('server/src/operations/messages', ['delete', 'edit', 'list', 'meta', 'send', 'text']),
  'server/src/operations/reactions/*.ts',
  'server/src/rooms/head-check.ts',
]

function of(folder, names) {
  return names.map((name) => `${folder}/${name}.ts`)
}

/**
 * The tests beside a file: that others would notice too is no rule of its own. Without those of random runs, which take
 * seconds for each change, and which may not notice tomorrow what they notice today.
 */
const testsOf = (folder) => `import { defaultServerConditions } from 'vite'
import { defineConfig } from 'vitest/config'
const conditions = ['alcove:source', ...defaultServerConditions]
export default defineConfig({
  ssr: { resolve: { conditions } },
  resolve: { conditions },
  test: {
    include: ['${folder}/*.test.ts'],
    exclude: ['**/linear-time.test.ts', '**/normal-text.test.ts', '**/convergence.test.ts'],
    testTimeout: 5_000,
    environment: 'node',
  },
})
`

async function main(args) {
  enterRoot()
  const given = args.filter((arg) => !arg.startsWith('-'))
  const kept = args.find((arg) => arg.startsWith('--copy='))?.slice('--copy='.length)
  const copy = kept ?? mkdtempSync(join(tmpdir(), 'alcove-mutate-'))
  try {
    copyTree(copy)
    await run(copy, 'npx', ['--yes', `pnpm@${PNPM}`, 'install', '--frozen-lockfile'])
    await run(copy, 'npx', [
      ...['--yes', `pnpm@${PNPM}`, 'add', '--save-dev', '--workspace-root'],
      ...['core', 'vitest-runner'].map((name) => `@stryker-mutator/${name}@${STRYKER}`),
    ])
    const files = given.length > 0 ? given : CORE
    let isEnough = true
    for (const folder of new Set(files.map(dirname))) {
      const own = files.filter((file) => dirname(file) === folder)
      const found = await mutate(copy, folder, own, kept !== undefined)
      isEnough = report(found, args.includes('--list')) && isEnough
    }
    return isEnough
  } finally {
    if (kept === undefined) rmSync(copy, { recursive: true, force: true })
  }
}

async function mutate(copy, folder, files, incremental) {
  writeFileSync(join(copy, 'vitest.mutate.config.ts'), testsOf(folder))
  writeFileSync(join(copy, 'stryker.config.json'), JSON.stringify(settings(folder, files, incremental)))
  const stryker = 'node_modules/@stryker-mutator/core/bin/stryker.js'
  await run(copy, 'npx', ['--yes', '--package', `node@${NODE}`, '--', 'node', stryker, 'run'])
  return JSON.parse(readFileSync(join(copy, 'reports/mutation/mutation.json'), 'utf8'))
}

/** As it stands in the work tree, what is not committed included. */
function copyTree(copy) {
  // Of a copy that was kept: a test that is gone since must not run.
  for (const path of ['sdk/src', 'sdk/test', 'server/src', 'server/test'])
    rmSync(join(copy, path), { recursive: true, force: true })
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    encoding: 'utf8',
  })
  for (const path of listed.split('\n').filter((path) => path !== '' && existsSync(path))) {
    mkdirSync(join(copy, dirname(path)), { recursive: true })
    cpSync(path, join(copy, path))
  }
}

const settings = (folder, files, incremental) => ({
  mutate: [...files, '!**/*.test.ts'],
  plugins: ['@stryker-mutator/vitest-runner'],
  testRunner: 'vitest',
  vitest: { configFile: 'vitest.mutate.config.ts', related: true },
  // The workspace's links lead out of a sandbox.
  inPlace: true,
  coverageAnalysis: 'perTest',
  // What a message says is nobody's rule.
  mutator: { excludedMutations: ['StringLiteral'] },
  reporters: ['json', 'progress-append-only'],
  incremental,
  incrementalFile: `reports/${folder.replaceAll('/', '-')}.json`,
  timeoutMS: 10_000,
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
    for (const { location, replacement, status } of unnoticed) {
      const { start, end } = location
      const line = lines[start.line - 1]
      const changed = line.slice(start.column - 1, start.line === end.line ? end.column - 1 : undefined)
      const reached = status === 'NoCoverage' ? ' (not reached)' : ''
      console.log(
        `    ${start.line}${reached}: ${line.trim()}\n      ${changed.slice(0, 80)}  ->  ${replacement.replace(/\s+/g, ' ').slice(0, 120)}`,
      )
    }
  }
  return isEnough
}

async function run(cwd, program, args) {
  const { code } = await start(program, args, { cwd, env: { ...process.env, CI: 'true' } }).ended
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} failed`)
}

process.exitCode = (await main(process.argv.slice(2))) ? 0 : 1
