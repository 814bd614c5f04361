/**
 * `npm test`: everything, on a fresh clone too. Ends with one line `N passed, N failed`. What waits and what computes run
 * side by side; what measures speed has the machine for itself, or shares it with what takes only the rest of it.
 */
import { build } from './build.mjs'
import { ensureBalancers } from './lib/balancers.mjs'
import { ensureChromium } from './lib/chromium.mjs'
import { ensureInstalled } from './lib/install.mjs'
import { closeAll } from './lib/lifetime.mjs'
import { startPostgres } from './lib/postgres.mjs'
import { ensureRedisServer } from './lib/redis.mjs'
import { enterRoot } from './lib/root.mjs'
import { startStep } from './lib/start-step.mjs'
import { Summary } from './lib/summary.mjs'

/** They compute and wait for little, beside the rehearsal, which waits most of its time: each row of them in its order. */
const AT_LOW_PRIORITY = [
  ['lint', 'format', 'docs', 'types', 'floors', 'packages', 'storybook', 'sizes', 'image'],
  ['mocking'],
]

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

  // First: most steps need what is built, and what others write must not change while it is read.
  await summary.step('build', async () => {
    await build()
    await build({ only: ['rehearse', 'bench'] })
    return { passed: 1, failed: 0 }
  })
  const computed = Promise.all(AT_LOW_PRIORITY.map((names) => inTurn(names, environment)))
  await summary.step('rehearsal', () => steps.rehearsal(environment))
  const journeys = summary.beside('e2e', () => startStep('e2e', { environment }))
  await summary.step('unit', () => steps.unit(environment))
  await Promise.all([computed, journeys])
  await summary.step('guard', () => steps.guard(environment))
} catch (error) {
  await summary.step('preparation', () => Promise.reject(error))
} finally {
  await closeAll()
}
console.log(`\n${((performance.now() - startedAt) / 60_000).toFixed(1)} minutes`)
process.exitCode = summary.print() ? 0 : 1

async function inTurn(names, environment) {
  for (const name of names) await summary.beside(name, () => startStep(name, { environment, isLow: true }))
}
