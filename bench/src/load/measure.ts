/** Runs one measure in a load process of its own. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { MeasureName, OptionsOf, ResultOf } from '../measures/index.js'
import type { Target } from '../targets/target.js'
import type { Answer, Order } from './load-process.js'

/** A measure that takes longer hangs. */
const WITHIN_MS = 180_000

const PROGRAM = fileURLToPath(new URL('./load-process.js', import.meta.url))

export async function measure<N extends MeasureName>(
  name: N,
  target: Target,
  options: OptionsOf<N>,
): Promise<ResultOf<N>> {
  const child = fork(PROGRAM, { serialization: 'advanced' })
  const ended = once(child, 'exit').then(([code]) => ({
    error: code === null ? 'it did not end in 3 minutes' : `the load process ended with ${String(code)}`,
  }))
  const timer = setTimeout(() => child.kill('SIGKILL'), WITHIN_MS)
  const answered = once(child, 'message').then(([answer]) => answer as Answer)
  const order: Order = { measure: name, target, options }
  child.send(order)
  const answer = await Promise.race([answered, ended])
  clearTimeout(timer)
  if ('error' in answer) throw new Error(`${name} of ${target.name}: ${answer.error}`)
  return answer.result as ResultOf<N>
}
