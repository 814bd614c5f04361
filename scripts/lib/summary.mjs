/** Times steps, prints what they say, and ends with a table and the line `N passed, N failed`. */
import { isEnding } from './lifetime.mjs'

export class Summary {
  #rows = []

  /** A step that prints while it runs. If it throws it has failed; the others still run. It returns counts, or counts by suite. */
  async step(name, run) {
    console.log(`\n── ${name}`)
    const { rows, problem } = await timed(name, run)
    this.#rows.push(...rows)
    if (problem) console.error(problem)
    console.log(`   ${seconds(rows)}`)
  }

  /** Steps that are silent while they run, side by side. */
  async together(steps) {
    console.log(`\n── ${Object.keys(steps).join(', ')}`)
    const all = await Promise.all(Object.entries(steps).map(([name, run]) => timed(name, run)))
    for (const { problem } of all) if (problem) console.error(problem)
    this.#rows.push(...all.flatMap(({ rows }) => rows))
  }

  /** A step beside others: what it has to say (`output` of what it returns) comes in one piece when it is done. */
  async beside(name, run) {
    let said = ''
    const { rows, problem = '' } = await timed(name, async () => {
      const { output, counts } = await run()
      said = output
      return counts
    })
    this.#rows.push(...rows)
    const words = [said, problem].map((text) => text.trimEnd()).filter(Boolean)
    const failed = rows.some((row) => row.failed > 0) ? ', FAILED' : ''
    console.log([`\n── ${name}, beside the others`, ...words, `   ${seconds(rows)}${failed}`].join('\n'))
  }

  /** Prints the table; returns whether all passed. */
  print() {
    console.log(`\n${['suite'.padEnd(14), ' passed', ' failed', '  seconds'].join(' ')}`)
    for (const { suite, passed, failed, seconds } of this.#rows) {
      const time = seconds === undefined ? '' : seconds.toFixed(1)
      console.log([suite.padEnd(14), pad(passed, 7), pad(failed, 7), pad(time, 9)].join(' '))
    }
    const sum = (key) => this.#rows.reduce((total, row) => total + row[key], 0)
    console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`)
    return sum('failed') === 0
  }
}

const pad = (value, width) => String(value).padStart(width)
const seconds = (rows) => `${rows.at(-1).seconds.toFixed(1)} s`

/** @returns a row for each suite, and why the step threw, if it did */
async function timed(name, run) {
  // After Ctrl-C no step begins: what it started now, nobody would end.
  if (isEnding) await new Promise(() => {})
  const startedAt = performance.now()
  let problem
  const result = await run().catch((error) => {
    problem = error.message
    return { passed: 0, failed: 1 }
  })
  const suites = typeof result.passed === 'number' ? { [name]: result } : result
  const rows = Object.entries(suites).map(([suite, counts]) => ({ suite, ...counts }))
  rows.at(-1).seconds = (performance.now() - startedAt) / 1000
  return { rows, problem }
}
