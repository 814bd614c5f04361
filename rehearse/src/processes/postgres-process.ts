/** A PostgreSQL of one's own, which may be stopped in the middle of anything. */
import { execFile } from 'node:child_process'
import { chownSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { startProgram, type Program } from './child-process.js'
import { quietPort } from './quiet-port.js'
import { temporaryFolder } from './temporary-folder.js'
import { waitUntil } from './wait-until.js'

const READY_WITHIN_MS = 60_000
const SETTINGS = ['max_connections=300', 'listen_addresses=127.0.0.1']
/** Commits stay synchronous: what was acked must survive the server's sudden end. Only the disk is not waited for. */
export const WITHOUT_DISK = ['fsync=off', 'full_page_writes=off']

export interface PostgresProcess {
  readonly url: string
  readonly port: number
  /** Of the postmaster; its children serve. */
  readonly pid: number
  /** Ends it without a checkpoint, as `pg_ctl stop -m immediate` does. */
  stopImmediately(): Promise<void>
  start(): Promise<void>
  close(): Promise<void>
}

/** @param binaries the folder with `initdb` and `postgres` @param extraSettings as `name=value` */
export async function startPostgres(
  binaries: string,
  extraSettings: readonly string[] = [],
): Promise<PostgresProcess> {
  const folder = temporaryFolder('postgres')
  const owner = unprivilegedOwner()
  if (owner) chownSync(folder, owner.uid, owner.gid)
  const data = join(folder, 'data')
  const options = { ...owner, cwd: folder, env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' } }
  const identity = ['--username', 'postgres', '--auth', 'trust', '--encoding', 'UTF8', '--locale', 'C']
  await promisify(execFile)(join(binaries, 'initdb'), ['--pgdata', data, ...identity, '--no-sync'], options)
  const port = await quietPort()
  const settings = [...SETTINGS, ...extraSettings, `unix_socket_directories=${folder}`, `port=${port}`]
  let program: Program | undefined

  async function start(): Promise<void> {
    program = await startProgram(
      join(binaries, 'postgres'),
      ['-D', data, ...settings.flatMap((setting) => ['-c', setting])],
      { ...options, stdio: 'ignore' },
    )
    if (!(await waitUntil(() => isAccepting(data), READY_WITHIN_MS)))
      throw new Error('unable to start PostgreSQL; it did not get ready in a minute')
  }

  async function stopImmediately(): Promise<void> {
    program?.signal('SIGQUIT')
    await program?.ended
  }

  await start()
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    port,
    get pid() {
      return program?.pid ?? 0
    },
    start,
    stopImmediately,
    async close() {
      await stopImmediately()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The server writes its state into the eighth line of its lock file. */
function isAccepting(data: string): boolean {
  const lockFile = join(data, 'postmaster.pid')
  return existsSync(lockFile) && readFileSync(lockFile, 'utf8').split('\n')[7]?.trim() === 'ready'
}

/** PostgreSQL refuses to run as root: then it runs as `postgres` or `nobody`. */
function unprivilegedOwner(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  const user = ['postgres', 'nobody']
    .map((wanted) => users.find(([name]) => name === wanted))
    .find((found) => found)
  return user && { uid: Number(user[2]), gid: Number(user[3]) }
}
