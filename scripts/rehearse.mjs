/**
 * `npm run rehearse`: the long rehearsal on a cluster of real processes, with the comparison; `-- --rows 3 --seed 7` and
 * the like go to `alcove rehearse` instead. Ctrl-C ends it and leaves nothing behind.
 */
import { build } from './build.mjs'
import { ensureInstalled } from './lib/install.mjs'
import { closeAll, isEnding } from './lib/lifetime.mjs'
import { ensurePostgresBinaries, startPostgres } from './lib/postgres.mjs'
import { start } from './lib/processes.mjs'
import { ensureRedisServer } from './lib/redis.mjs'
import { enterRoot } from './lib/root.mjs'

const LONG = ['--rows', 'all', '--compare']

async function main() {
  enterRoot()
  await ensureInstalled()
  console.log('Building what has changed …')
  await build({ only: ['sdk', 'server', 'rehearse'] })
  const given = process.argv.slice(2)
  const args = given.length > 0 ? given : LONG
  const child = start(process.execPath, [
    'server/dist/cli.js',
    'rehearse',
    ...args,
    ...(await programs(args)),
  ])
  const { code, signal } = await child.ended
  if (!isEnding) process.exitCode = signal ? 1 : code
}

/** Where PostgreSQL and Redis are, unless that was said, or another cluster is meant. */
async function programs(args) {
  const isSaid = (name) => args.some((arg) => arg === name || arg.startsWith(`${name}=`))
  if (isSaid('--server')) return []
  const redis = isSaid('--redis-server') ? [] : ['--redis-server', await ensureRedisServer()]
  // One of the rehearsal's own can be stopped at once; only without its programs another has to do.
  if (isSaid('--database-url') || (await ensurePostgresBinaries())) return redis
  return [...redis, '--database-url', (await startPostgres()).url]
}

main()
  .catch((error) => {
    if (isEnding) return
    console.error(error.message)
    process.exitCode = 1
  })
  .finally(closeAll)
