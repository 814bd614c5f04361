/**
 * `npm start`: installs and builds what is missing, then runs the server (embedded database) and the demo site.
 * package.json starts it with `exec`, so that a signal to npm reaches this program and not a shell that just dies.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { build } from './build.mjs'
import { isPortFree } from './lib/free-port.mjs'
import { ensureInstalled } from './lib/install.mjs'
import { closeAll, endWellOnSignals, isEnding } from './lib/lifetime.mjs'
import { start } from './lib/processes.mjs'
import { enterRoot } from './lib/root.mjs'

const READY_TIMEOUT_MS = 60_000
const PARENT_CHECK_MS = 1_000

const environment = {
  ...process.env,
  HOST: process.env.HOST || '127.0.0.1',
  PORT: process.env.PORT || '3000',
  DEMO_PORT: process.env.DEMO_PORT || '3001',
  ALCOVE_DATA_DIR: process.env.ALCOVE_DATA_DIR || './data',
  LOG_LEVEL: process.env.LOG_LEVEL || 'warn',
  // As many as the open files of most machines allow without a word; a trial needs no more.
  MAX_CONNECTIONS: process.env.MAX_CONNECTIONS || '2000',
  ALCOVE_CREATE_DEMO: '1',
}

async function main() {
  enterRoot()
  endWellOnSignals()
  endWithParent()
  await ensureInstalled()
  await requireFreePort('PORT')
  await requireFreePort('DEMO_PORT')
  const isBuilt = existsSync('server/dist/.built-from')
  console.log(`Building what has changed${isBuilt ? '' : ' (the first time up to a minute and a half)'} …`)
  await build({ say: console.log })

  console.log(`Starting the server${hasDatabase() ? '' : ' (the first time it makes its database)'} …`)
  const server = serve('the server', ['server/dist/cli.js', 'serve'])
  await untilAnswers(`${serverUrl()}/readyz`, server)
  const demo = serve('the demo site', ['demo-site/server.mjs'], { ALCOVE_URL: serverUrl() })
  await untilAnswers(`${demoUrl()}/`, demo)

  console.log(`\nAlcove server ${serverUrl()}\nDemo site ${demoUrl()}\n\nCtrl-C stops both.`)
  await Promise.race([server.unexpectedEnd, demo.unexpectedEnd])
}

const hasDatabase = () =>
  Boolean(environment.DATABASE_URL || environment.DATABASE_URL_FILE) ||
  existsSync(join(environment.ALCOVE_DATA_DIR, 'pglite'))

/** npm may be killed without a word; then nobody is left whom Ctrl-C could reach. */
function endWithParent() {
  const parent = process.ppid
  const check = () => process.ppid !== parent && process.kill(process.pid, 'SIGTERM')
  setInterval(check, PARENT_CHECK_MS).unref()
}

const addressOf = (port) => {
  const host = ['0.0.0.0', '::'].includes(environment.HOST) ? '127.0.0.1' : environment.HOST
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}
const serverUrl = () => addressOf(environment.PORT)
const demoUrl = () => addressOf(environment.DEMO_PORT)

async function requireFreePort(variable) {
  const port = Number(environment[variable])
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new Error(`${variable} should be a port from 1 to 65535, not "${environment[variable]}".`)
  }
  if (await isPortFree(port, environment.HOST)) return
  throw new Error(`Port ${port} is in use; stop what runs there, or choose another with ${variable}=….`)
}

/** `unexpectedEnd` rejects when the program ends by itself: neither half is of use without the other. */
function serve(name, args, extra = {}) {
  const child = start(process.execPath, args, { env: { ...environment, ...extra } })
  child.unexpectedEnd = child.ended.then(({ code, signal }) => {
    throw new Error(`Stopped, because ${name} ended (${signal ?? `exit code ${code}`}).`)
  })
  child.unexpectedEnd.catch(() => {})
  return child
}

async function untilAnswers(url, child) {
  const deadline = Date.now() + READY_TIMEOUT_MS
  while (!(await answers(url))) {
    if (Date.now() > deadline) throw new Error(`Stopped, because ${url} did not answer in a minute.`)
    await Promise.race([delay(100), child.unexpectedEnd])
  }
}

const answers = (url) =>
  fetch(url).then(
    (response) => response.ok,
    () => false,
  )

main().catch(async (error) => {
  if (isEnding) return
  console.error(error.message)
  process.exitCode = 1
  await closeAll()
})
