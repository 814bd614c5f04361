/** The load process: receives one measure, runs it against a target, and returns the result. */
import { MEASURES, type MeasureName } from '../measures/index.js'
import type { Target } from '../targets/target.js'

export interface Order {
  measure: MeasureName
  target: Target
  options: unknown
}

export type Answer = { result: unknown } | { error: string }

// Nobody waits for a result any more.
process.once('disconnect', () => process.exit())

process.once('message', (order: Order) => {
  const measure = MEASURES[order.measure] as (target: Target, options: unknown) => Promise<unknown>
  measure(order.target, order.options).then(
    (result) => answer({ result }),
    (error: unknown) =>
      answer({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  )
})

function answer(given: Answer): void {
  process.send?.(given, () => process.exit())
}
