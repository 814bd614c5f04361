/** `npm test`: everything, on a fresh clone too. Ends with one line `N passed, N failed`. */
import { build } from './build.mjs'
import { ensureBalancers } from './lib/balancers.mjs'
import { ensureChromium } from './lib/chromium.mjs'
import { ensureInstalled } from './lib/install.mjs'
import { closeAll } from './lib/lifetime.mjs'
import { startPostgres } from './lib/postgres.mjs'
import { ensureRedisServer } from './lib/redis.mjs'
import { enterRoot } from './lib/root.mjs'
import { Summary } from './lib/summary.mjs'

enterRoot()
const startedAt = performance.now()
const summary = new Summary()
try {
  await ensureInstalled()
  // What the steps use is installed only now.
  const steps = await import('./lib/steps.mjs')
  const chromium = await ensureChromium()
  const redis = await ensureRedisServer()
  const { nginx, haproxy } = await ensureBalancers()
  const postgres = await startPostgres()
  const environment = {
    ALCOVE_CHROMIUM: chromium,
    TEST_REDIS_SERVER: redis,
    TEST_NGINX: nginx,
    TEST_HAPROXY: haproxy,
    TEST_DATABASE_URL: postgres.url,
  }

  const { format, lint, floors, types, docs } = steps
  await summary.together({ format, lint, floors, types, docs })
  // Before the tests: some of them run the server as a process.
  await summary.step('build', async () => {
    await build()
    await build({ only: ['rehearse', 'bench'] })
    return { passed: 1, failed: 0 }
  })
  await summary.step('unit', () => steps.unit(environment))
  await summary.step('storybook', steps.storybook)
  await summary.step('sizes', async () => steps.sizes())
  await summary.step('packages', () => steps.packages())
  await summary.step('image', async () => steps.image())
  await summary.step('e2e', () => steps.endToEnd(environment))
} catch (error) {
  await summary.step('preparation', () => Promise.reject(error))
} finally {
  await closeAll()
}
console.log(`\n${((performance.now() - startedAt) / 60_000).toFixed(1)} minutes`)
process.exitCode = summary.print() ? 0 : 1
