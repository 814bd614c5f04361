/**
 * `npm run build`: builds what has changed since the last build; `-- --force` builds all, `-- sdk server` only these.
 * `npm start` and `npm test` call `build()` themselves.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { contentHash } from './lib/content-hash.mjs'
import { ensureInstalled } from './lib/install.mjs'
import { run, tool } from './lib/processes.mjs'
import { enterRoot } from './lib/root.mjs'

const COMMON = [
  'rollup.config.mjs',
  'scripts/build.mjs',
  'scripts/lib/minify-styles.mjs',
  'scripts/lib/retry-imports.mjs',
  'scripts/lib/walk.mjs',
  'tsconfig.base.json',
  'pnpm-lock.yaml',
]

const SDK = { name: 'sdk', needs: [], build: () => Promise.all([rollup('sdk'), types('sdk')]) }
const WIDGET = {
  name: 'widget',
  needs: ['sdk'],
  build: () => Promise.all([rollup('widget'), types('widget')]),
}
const SERVER = { name: 'server', needs: ['sdk'], build: () => types('server') }
/** Not needed to run a server: only built when requested by name. */
const REHEARSE = { name: 'rehearse', needs: ['sdk', 'server'], build: () => types('rehearse'), isExtra: true }
const BENCH = {
  name: 'bench',
  needs: ['sdk', 'server', 'rehearse'],
  build: () => types('bench'),
  isExtra: true,
}

/** One stage after the other; the parts of a stage side by side. */
const STAGES = [[SDK], [WIDGET, SERVER], [REHEARSE], [BENCH]]

/**
 * Returns the names of the parts that were built. Rejects with the tool's own message.
 * @param say called for each part that starts and ends, if somebody is waiting for it
 */
export async function build({ only = [], force = false, say = () => {} } = {}) {
  const built = []
  for (const stage of STAGES) {
    const wanted = stage.filter(({ name, isExtra }) => (only.length === 0 ? !isExtra : only.includes(name)))
    const due = wanted.filter((part) => force || stampOf(part) !== hashOf(part))
    await Promise.all(due.map((part) => buildPart(part, say)))
    built.push(...due.map(({ name }) => name))
  }
  if (built.includes('widget') || built.includes('server')) publishEmbed()
  return built
}

async function buildPart(part, say) {
  const startedAt = performance.now()
  say(`  building ${part.name} …`)
  // Computed before, so that files edited during the build are built again.
  const inputs = hashOf(part)
  rmSync(outputOf(part), { recursive: true, force: true })
  await part.build()
  mkdirSync(outputOf(part), { recursive: true })
  writeFileSync(stampPath(part), inputs)
  say(`  built ${part.name} in ${((performance.now() - startedAt) / 1000).toFixed(0)} s`)
}

const sources = (name) => [`${name}/src`, `${name}/package.json`, `${name}/tsconfig.build.json`]
const hashOf = (part) => contentHash([...COMMON, ...[part.name, ...part.needs].flatMap(sources)])
const outputOf = ({ name }) => `${name}/dist`
const stampPath = (part) => `${outputOf(part)}/.built-from`
const stampOf = (part) => existsSync(stampPath(part)) && readFileSync(stampPath(part), 'utf8')

const rollup = (name) => must('rollup', ['--config', '--configPart', name, '--failAfterWarnings'])
const types = (name) => must('tsc', ['--project', `${name}/tsconfig.build.json`])

/** The server serves the script tag's files from its own folder. */
function publishEmbed() {
  if (!existsSync('widget/dist/embed')) return
  rmSync('server/dist/public', { recursive: true, force: true })
  cpSync('widget/dist/embed', 'server/dist/public', { recursive: true })
}

async function must(name, args) {
  const { code, output } = await run(tool(name), args)
  if (code !== 0) throw new Error(`${name} ${args.join(' ')} failed\n${output.trim()}`)
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  enterRoot()
  const args = process.argv.slice(2)
  try {
    await ensureInstalled()
    const startedAt = performance.now()
    const built = await build({
      force: args.includes('--force'),
      say: console.log,
      only: args.filter((arg) => !arg.startsWith('-')),
    })
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
    console.log(built.length > 0 ? `Built ${built.join(', ')} in ${seconds} s` : 'Everything is built')
  } catch (error) {
    console.error(error.message)
    process.exitCode = 1
  }
}
