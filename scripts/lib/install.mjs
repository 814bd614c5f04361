/** Installs the workspace's packages when they are missing or of another lockfile. Needs Node and npm only. */
import { existsSync, readFileSync } from 'node:fs'
import { start } from './processes.mjs'

const MINIMUM_NODE = '20.19.0'
const LOCKFILE = 'pnpm-lock.yaml'
/** Where pnpm keeps a copy of the lockfile it has installed from. */
const INSTALLED_LOCKFILE = 'node_modules/.pnpm/lock.yaml'

export async function ensureInstalled() {
  requireNode()
  if (existsSync(INSTALLED_LOCKFILE) && readFileSync(INSTALLED_LOCKFILE).equals(readFileSync(LOCKFILE)))
    return
  console.log('Installing packages (once, about a minute) …')
  await install()
}

export function requireNode(version = process.versions.node) {
  if (isOlder(version, MINIMUM_NODE)) {
    throw new Error(
      `Alcove needs Node ${MINIMUM_NODE} or newer; this is Node ${version} (${process.execPath}).`,
    )
  }
}

export function isOlder(version, minimum) {
  const [a, b] = [version, minimum].map((text) => text.split('.').map((part) => Number.parseInt(part, 10)))
  const index = a.findIndex((part, at) => part !== b[at])
  return index >= 0 && a[index] < b[index]
}

/** pnpm comes from npm each time: neither a global one nor corepack's is needed, and theirs may be of another version. */
async function install() {
  const child = start('npx', ['--yes', 'pnpm@10', 'install', '--frozen-lockfile'], {
    env: { ...process.env, CI: 'true' },
    shell: process.platform === 'win32',
  })
  const { code, error } = await child.ended
  if (code !== 0) {
    throw new Error(`Unable to install packages; ${error?.message ?? `pnpm ended with ${code}, see above`}.`)
  }
}
