/**
 * `npm run check`: format, lint, types, docs, packages and the tests that need no database server. To be run before a
 * commit.
 */
import { build } from './build.mjs'
import { findChromium } from './lib/chromium.mjs'
import { ensureInstalled } from './lib/install.mjs'
import { enterRoot } from './lib/root.mjs'
import { Summary } from './lib/summary.mjs'

enterRoot()
const summary = new Summary()
await ensureInstalled()
const steps = await import('./lib/steps.mjs')
const projects = ['sdk', 'server', 'rehearse', 'bench', ...(findChromium() ? ['widget'] : [])]

const { format, lint, floors, types, docs } = steps
await summary.together({ format, lint, floors, types, docs })
await summary.step('unit', () =>
  steps.unit({}, [
    ...projects.map((project) => `--project=${project}*`),
    '--exclude=**/*.integration.test.ts',
  ]),
)
await summary.step('packages', async () => {
  await build({ only: ['sdk', 'widget'] })
  return steps.packages()
})
process.exitCode = summary.print() ? 0 : 1
