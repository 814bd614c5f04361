/**
 * A throw-away PostgreSQL for the tests: its own data in a temporary folder, a free port, gone afterwards.
 * From the machine's binaries, else Debian's package, else Docker.
 */
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { installDebianPackages } from './debian.mjs'
import { freePort } from './free-port.mjs'
import { own } from './lifetime.mjs'
import { run, start } from './processes.mjs'

const MINIMUM_VERSION = 15
const START_TIMEOUT_MS = 60_000

/** Durability is not what these tests look at; speed is. */
const SETTINGS = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=200']

/**
 * Returns `{ url, stop }`. A server that is there already is used as it is when `TEST_DATABASE_URL` names it.
 * Rejects with one line that says what is missing.
 */
export async function startPostgres() {
  const given = process.env.TEST_DATABASE_URL
  if (given) return { url: given, stop: async () => {} }
  const binaries = await ensurePostgresBinaries()
  if (binaries) return startFromBinaries(binaries)
  if (await hasDocker()) return startInDocker()
  throw new Error(
    `PostgreSQL ${MINIMUM_VERSION} or newer is missing: install it (Debian: \`apt-get install postgresql\`), ` +
      'start Docker, or set TEST_DATABASE_URL to a server the tests may make databases on.',
  )
}

/** The folder of PostgreSQL's programs, installed where that is possible; undefined when there is none. */
export async function ensurePostgresBinaries() {
  return findBinaries() ?? ((await installDebianPackages(['postgresql'])) ? findBinaries() : undefined)
}

/** The folder that has both `initdb` and `postgres`, newest version first. */
function findBinaries() {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : []
  const folders = [
    ...versions
      .filter((version) => Number(version) >= MINIMUM_VERSION)
      .map((version) => join(debian, version, 'bin')),
    ...(process.env.PATH ?? '').split(delimiter),
  ]
  return folders.find((folder) => ['initdb', 'postgres'].every((name) => existsSync(join(folder, name))))
}

async function startFromBinaries(binaries) {
  const folder = mkdtempSync(join(tmpdir(), 'alcove-postgres-'))
  const identity = unprivilegedIdentity()
  if (identity.uid !== undefined) chownSync(folder, identity.uid, identity.gid)
  const remove = own(async () => rmSync(folder, { recursive: true, force: true }))

  const data = join(folder, 'data')
  const environment = { ...process.env, LC_ALL: 'C', TZ: 'UTC' }
  const options = { ...identity, cwd: folder, env: environment }
  const initdb = await run(
    join(binaries, 'initdb'),
    [
      '--pgdata',
      data,
      '--username',
      'postgres',
      '--auth',
      'trust',
      '--encoding',
      'UTF8',
      '--locale',
      'C',
      '--no-sync',
    ],
    options,
  )
  if (initdb.code !== 0) {
    await remove()
    throw new Error(`Unable to start PostgreSQL; initdb said: ${initdb.output.trim().split('\n').at(-1)}`)
  }

  const port = await freePort()
  const settings = [
    ...SETTINGS,
    'listen_addresses=127.0.0.1',
    `unix_socket_directories=${folder}`,
    `port=${port}`,
  ]
  const child = start(
    join(binaries, 'postgres'),
    ['-D', data, ...settings.flatMap((setting) => ['-c', setting])],
    { ...options, stdio: 'ignore' },
  )
  const stopServer = async () => {
    await child.stop()
    await remove()
  }
  await waitUntilReady(child, () => isAccepting(join(data, 'postmaster.pid')), stopServer)
  return { url: `postgres://postgres@127.0.0.1:${port}/postgres`, stop: stopServer }
}

/** PostgreSQL refuses to run as root: then it runs as `postgres` or `nobody`. */
function unprivilegedIdentity() {
  if (process.getuid?.() !== 0) return {}
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  const [, , uid, gid] =
    users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody') ?? []
  return { uid: Number(uid), gid: Number(gid) }
}

/** The server writes its state into the eighth line of its lock file. */
function isAccepting(lockFile) {
  return existsSync(lockFile) && readFileSync(lockFile, 'utf8').split('\n')[7]?.trim() === 'ready'
}

async function hasDocker() {
  return (await run('docker', ['info'])).code === 0
}

async function startInDocker() {
  const port = await freePort()
  const child = start(
    'docker',
    [
      ...['run', '--rm', '--publish', `127.0.0.1:${port}:5432`, '--env', 'POSTGRES_HOST_AUTH_METHOD=trust'],
      ...['postgres:17-alpine', ...SETTINGS.flatMap((setting) => ['-c', setting])],
    ],
    { stdio: 'ignore' },
  )
  const stopServer = () => child.stop()
  const probe = [
    'run',
    '--rm',
    '--network',
    'host',
    'postgres:17-alpine',
    'pg_isready',
    '-h',
    '127.0.0.1',
    '-p',
    `${port}`,
  ]
  await waitUntilReady(child, async () => (await run('docker', probe)).code === 0, stopServer)
  return { url: `postgres://postgres@127.0.0.1:${port}/postgres`, stop: stopServer }
}

async function waitUntilReady(child, isReady, giveUp) {
  const deadline = Date.now() + START_TIMEOUT_MS
  while (!(await isReady())) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await giveUp()
      throw new Error('Unable to start PostgreSQL; it ended or did not get ready in a minute.')
    }
    await delay(100)
  }
}
