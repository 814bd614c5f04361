/**
 * `npm run docs`: writes the parts of the documentation that come from the sources, and looks the rest over: links,
 * paths, rule ids, tables that mirror code. `-- --check` writes nothing and fails where something differs. `-- --api`
 * builds sdk and widget first and writes the reports of what they offer.
 */
import { build } from './build.mjs'
import { ensureInstalled } from './lib/install.mjs'
import { enterRoot } from './lib/root.mjs'

enterRoot()
await ensureInstalled()
// What it uses is installed only now.
const { checkDocs } = await import('./lib/docs/check.mjs')
if (process.argv.includes('--api')) {
  await build({ only: ['sdk', 'widget'] })
  const { writeApiReports } = await import('./lib/api-reports.mjs')
  writeApiReports()
}
const problems = await checkDocs({ write: !process.argv.includes('--check') })
for (const problem of problems) console.error(problem)
console.log(problems.length > 0 ? `${problems.length} problems` : 'The docs fit the sources')
process.exitCode = problems.length > 0 ? 1 : 0
