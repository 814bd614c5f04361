/**
 * `npm run docs`: writes the parts of the documentation that come from the sources, and looks the rest over: links,
 * paths, rule ids, tables beside the code. `-- --check` writes nothing and fails where something differs.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { checkFacts } from './lib/docs/facts.mjs'
import { filled, generatedParts } from './lib/docs/generated.mjs'
import { checkLinks } from './lib/docs/links.mjs'
import { documents } from './lib/docs/pages.mjs'
import { ensureInstalled } from './lib/install.mjs'
import { enterRoot } from './lib/root.mjs'

/** Returns what is wrong, one sentence each; with `write` the generated parts are brought up to date first. */
export async function checkDocs({ write = false } = {}) {
  const parts = await generatedParts()
  const problems = []
  for (const path of documents()) {
    const before = readFileSync(path, 'utf8')
    const after = await filled(path, before, parts)
    if (before === after) continue
    if (write) writeFileSync(path, after)
    else problems.push(`${path}: a generated part is not up to date; run \`npm run docs\``)
  }
  return [...problems, ...checkLinks(), ...(await checkFacts())]
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  enterRoot()
  await ensureInstalled()
  const problems = await checkDocs({ write: !process.argv.includes('--check') })
  for (const problem of problems) console.error(problem)
  console.log(problems.length > 0 ? `${problems.length} problems` : 'The docs fit the sources')
  process.exitCode = problems.length > 0 ? 1 : 0
}
