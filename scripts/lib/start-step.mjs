/** Starts a step of steps.mjs in a process of its own, and collects what it prints. */
import { fileURLToPath } from 'node:url'
import { start } from './processes.mjs'

const PROGRAM = fileURLToPath(new URL('step-process.mjs', import.meta.url))

/** @returns what the step returned, and its output; rejects when it ended without an answer */
export async function startStep(name, { environment = {}, isLow = false } = {}) {
  const child = start(process.execPath, [PROGRAM, name, ...(isLow ? ['--low'] : [])], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, ...environment },
  })
  let output = ''
  let counts
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => (output += text))
  child.once('message', (message) => (counts = message))
  const { code, signal } = await child.ended
  if (!counts) throw new Error(`${output}${name} ended with ${signal ?? code}`)
  return { output, counts }
}
