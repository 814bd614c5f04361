/** Finds nginx and HAProxy for the tests of the configurations in docs/deploy; on a Debian machine, as root, installs them. */
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { installDebianPackages } from './debian.mjs'

/** Debian keeps them where only root's PATH looks. */
const FOLDERS = ['/usr/sbin', '/usr/local/sbin']

/** Paths of both programs, `TEST_NGINX` and `TEST_HAPROXY` first; undefined where there is none. */
export const findBalancers = () => ({
  nginx: find('nginx', process.env.TEST_NGINX),
  haproxy: find('haproxy', process.env.TEST_HAPROXY),
})

/** Like `findBalancers`, but gets them where it can. Rejects with one line that says what is missing. */
export async function ensureBalancers() {
  const missing = namesMissing(findBalancers())
  if (missing.length > 0) await installDebianPackages(missing)
  const found = findBalancers()
  const stillMissing = namesMissing(found)
  if (stillMissing.length === 0) return found
  throw new Error(
    `${stillMissing.join(' and ')} ${stillMissing.length > 1 ? 'are' : 'is'} missing: install (Debian: ` +
      `\`apt-get install ${stillMissing.join(' ')}\`), or set TEST_NGINX and TEST_HAPROXY to their paths.`,
  )
}

const namesMissing = (found) => Object.keys(found).filter((name) => !found[name])

function find(name, given) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...FOLDERS]
  return [given, ...folders.map((folder) => join(folder, name))].find((path) => path && existsSync(path))
}
