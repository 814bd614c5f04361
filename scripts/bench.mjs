/**
 * `npm run bench`: Alcove and bare Socket.IO rooms, all measures in one run; `-- --short`, `-- --only a,c` and the like
 * choose. `-- --publish` runs all and writes what it found into the documentation. Ctrl-C leaves nothing behind.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from './build.mjs'
import { ensureInstalled } from './lib/install.mjs'
import { closeAll, isEnding } from './lib/lifetime.mjs'
import { ensurePostgresBinaries, startPostgres } from './lib/postgres.mjs'
import { start } from './lib/processes.mjs'
import { ensureRedisServer } from './lib/redis.mjs'
import { enterRoot } from './lib/root.mjs'

const OUT = 'bench/results'
const PUBLISHED = 'docs/benchmarks.json'

async function main() {
  enterRoot()
  const given = process.argv.slice(2)
  const isPublished = given.includes('--publish')
  if (isPublished && given.length > 1) {
    console.error('--publish goes alone: the documentation shows a whole run.')
    process.exitCode = 2
    return
  }
  await ensureInstalled()
  console.log('Building what has changed …')
  await build({ only: ['sdk', 'server', 'rehearse', 'bench'] })
  const args = isPublished ? [] : given
  const child = start(process.execPath, ['bench/dist/main.js', ...args, ...(await programs(args))])
  const { code, signal } = await child.ended
  if (isEnding) return
  process.exitCode = signal ? 1 : code
  if (isPublished && process.exitCode === 0) await publish()
}

/** Where PostgreSQL and Redis are, unless that was said. */
async function programs(args) {
  const isSaid = (name) => args.some((arg) => arg === name || arg.startsWith(`${name}=`))
  const redis = isSaid('--redis-server') ? [] : ['--redis-server', await ensureRedisServer()]
  // The processor time of one of the run's own can be counted; only without its programs another has to do.
  if (isSaid('--database-url') || isSaid('--postgres') || (await ensurePostgresBinaries())) return redis
  return [...redis, '--database-url', (await startPostgres()).url]
}

async function publish() {
  // What it uses is installed only now.
  const { format, resolveConfig } = await import('prettier')
  const { checkDocs } = await import('./lib/docs/check.mjs')
  const options = { ...(await resolveConfig(PUBLISHED)), filepath: PUBLISHED }
  writeFileSync(PUBLISHED, await format(readFileSync(join(OUT, 'benchmarks.json'), 'utf8'), options))
  const problems = await checkDocs({ write: true })
  for (const problem of problems) console.error(problem)
  if (problems.length > 0) process.exitCode = 1
}

main()
  .catch((error) => {
    if (isEnding) return
    console.error(error.message)
    process.exitCode = 1
  })
  .finally(closeAll)
