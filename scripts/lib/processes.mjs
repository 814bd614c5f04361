/**
 * Child processes that never outlive us: every one is started in its own process group and the whole group is ended
 * when we end, however that happens.
 */
import { spawn } from 'node:child_process'

const GRACE_MS = 10_000
const running = new Set()

/** Starts a program. Returns the child with `ended`, a promise of `{ code, signal }` that never rejects. */
export function start(command, args, options = {}) {
  const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'], detached: true, ...options })
  running.add(child)
  child.ended = new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: 127, signal: null, error }))
    child.once('close', (code, signal) => resolve({ code, signal }))
  }).finally(() => running.delete(child))
  return child
}

/** Runs a program to its end and collects what it wrote. Never rejects: look at `code`. */
export async function run(command, args, options = {}) {
  const child = start(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options })
  let output = ''
  let stdout = ''
  child.stdout?.setEncoding('utf8').on('data', (text) => {
    stdout += text
    output += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text) => (output += text))
  const { code, signal, error } = await child.ended
  return { code: code ?? 1, signal, stdout, output: error ? `${output}${error.message}\n` : output }
}

/** Runs a program of the workspace's node_modules. */
export const runTool = (name, args, options) => run(`node_modules/.bin/${name}`, args, options)

/** Asks a child and all its descendants to end, and makes them after a grace period. */
export async function stop(child, graceMs = GRACE_MS) {
  if (!running.has(child)) return child.ended
  signalGroup(child, 'SIGTERM')
  const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), graceMs)
  const result = await child.ended
  clearTimeout(timer)
  signalGroup(child, 'SIGKILL')
  return result
}

export const stopAll = () => Promise.all([...running].map((child) => stop(child)))

function signalGroup(child, signal) {
  try {
    process.kill(-child.pid, signal)
  } catch {
    // The group is gone already.
  }
}

process.once('exit', () => {
  for (const child of running) signalGroup(child, 'SIGKILL')
})
