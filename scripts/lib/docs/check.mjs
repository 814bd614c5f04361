/** All that is checked about the documentation, in one list. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { checkFacts } from './facts.mjs'
import { filled, generatedParts } from './generated.mjs'
import { checkLinks } from './links.mjs'
import { documents } from './pages.mjs'
import { checkSnippets } from './snippets.mjs'
import { benchmarks } from './sources.mjs'
import { checkWording } from './wording.mjs'

const PLOTS = 'docs/images/bench'

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
  return [
    ...problems,
    ...(await plots(write)),
    ...checkLinks(),
    ...checkSnippets(),
    ...(await checkFacts()),
    ...checkWording(),
  ]
}

/** The plots are drawn from the same result as the tables. */
async function plots(write) {
  const problems = []
  const { charts } = await benchmarks()
  mkdirSync(PLOTS, { recursive: true })
  for (const [name, svg] of charts) {
    const path = `${PLOTS}/${name}`
    if (existsSync(path) && readFileSync(path, 'utf8') === svg) continue
    if (write) writeFileSync(path, svg)
    else problems.push(`${path}: is not up to date; run \`npm run docs\``)
  }
  return problems
}
