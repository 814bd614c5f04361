/** Runs steps one after another and ends with a table and the line `N passed, N failed`. */

export class Summary {
  #rows = []

  /** A step that throws has failed; the others still run. It returns counts, or counts by suite. */
  async step(name, run) {
    console.log(`\n── ${name}`)
    const rows = await timed(name, run)
    this.#rows.push(...rows)
    console.log(`   ${rows.at(-1).seconds.toFixed(1)} s`)
  }

  /** Steps that are silent while they run, side by side. */
  async together(steps) {
    console.log(`\n── ${Object.keys(steps).join(', ')}`)
    const rows = await Promise.all(Object.entries(steps).map(([name, run]) => timed(name, run)))
    this.#rows.push(...rows.flat())
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

async function timed(name, run) {
  const startedAt = performance.now()
  const result = await run().catch((error) => {
    console.error(error.message)
    return { passed: 0, failed: 1 }
  })
  const suites = typeof result.passed === 'number' ? { [name]: result } : result
  const rows = Object.entries(suites).map(([suite, counts]) => ({ suite, ...counts }))
  rows.at(-1).seconds = (performance.now() - startedAt) / 1000
  return rows
}
