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
  'scripts/lib/minify-templates.mjs',
  'tsconfig.base.json',
  'pnpm-lock.yaml',
]

/** In this order: each part may need those before it. */
const PARTS = [
  { name: 'sdk', needs: [], build: () => Promise.all([rollup('sdk'), types('sdk')]) },
  { name: 'widget', needs: ['sdk'], build: () => Promise.all([rollup('widget'), types('widget')]) },
  { name: 'server', needs: ['sdk', 'widget'], build: () => types('server').then(publishEmbed) },
]

/** Returns the names of the parts that were built. Rejects with the tool's own words. */
export async function build({ only = [], force = false } = {}) {
  const built = []
  for (const part of PARTS.filter(({ name }) => only.length === 0 || only.includes(name))) {
    const inputs = contentHash(inputsOf(part))
    if (!force && !part.needs.some((name) => built.includes(name)) && stampOf(part) === inputs) continue
    clean(part)
    await part.build()
    writeStamp(part, inputs)
    built.push(part.name)
  }
  return built
}

const sources = (name) => [`${name}/src`, `${name}/package.json`, `${name}/tsconfig.build.json`]
const inputsOf = (part) => [...COMMON, ...[part.name, ...part.needs].flatMap(sources)]
const outputOf = ({ name }) => `${name}/dist`
const stampPath = (part) => `${outputOf(part)}/.built-from`
const stampOf = (part) => existsSync(stampPath(part)) && readFileSync(stampPath(part), 'utf8')

function clean(part) {
  rmSync(outputOf(part), { recursive: true, force: true })
}

function writeStamp(part, inputs) {
  mkdirSync(outputOf(part), { recursive: true })
  writeFileSync(stampPath(part), inputs)
}

const rollup = (name) => must('rollup', ['--config', '--configPart', name, '--failAfterWarnings'])
const types = (name) => must('tsc', ['--project', `${name}/tsconfig.build.json`])

/** The server serves the script tag's files from its own folder. */
function publishEmbed() {
  if (existsSync('widget/dist/embed')) cpSync('widget/dist/embed', 'server/dist/public', { recursive: true })
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
      only: args.filter((arg) => !arg.startsWith('-')),
    })
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
    console.log(built.length > 0 ? `Built ${built.join(', ')} in ${seconds} s` : 'Everything is built')
  } catch (error) {
    console.error(error.message)
    process.exitCode = 1
  }
}
