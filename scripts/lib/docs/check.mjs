/** All that is checked about the documentation, in one list. */
import { readFileSync, writeFileSync } from 'node:fs'
import { checkFacts } from './facts.mjs'
import { filled, generatedParts } from './generated.mjs'
import { checkLinks } from './links.mjs'
import { documents } from './pages.mjs'

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
