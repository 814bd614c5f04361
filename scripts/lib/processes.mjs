/** Child processes that never outlive us: each has its own process group, and the whole group ends when we end. */
import { spawn } from 'node:child_process'
import { own } from './lifetime.mjs'

const GRACE_MS = 10_000

/**
 * Starts a program. Returns the child with `ended`, a promise of `{ code, signal, error }` that never rejects, and
 * `stop`, which asks it and all its descendants to end and makes them after a grace period.
 */
export function start(command, args, options = {}) {
  const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'], detached: true, ...options })
  const killGroup = () => signalGroup(child, 'SIGKILL')
  process.once('exit', killGroup)
  const ended = new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: 127, signal: null, error }))
    child.once('close', (code, signal) => resolve({ code, signal }))
  })
  const stop = own(async () => {
    signalGroup(child, 'SIGTERM')
    const timer = setTimeout(killGroup, GRACE_MS)
    await ended
    clearTimeout(timer)
    killGroup()
  })
  void ended.then(() => {
    process.off('exit', killGroup)
    return stop()
  })
  return Object.assign(child, { ended, stop })
}

/** Runs a program to its end and collects what it wrote. Never rejects: look at `code`. */
export async function run(command, args, options = {}) {
  const child = start(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text) => (output += text))
  }
  const { code, error } = await child.ended
  return { code: code ?? 1, output: error ? `${output}${error.message}\n` : output }
}

/** The compiler written in Go takes a tenth of the time, but has no API for the other tools, which need the former one. */
const OF_TWO = { tsc: 'node_modules/typescript-7/bin/tsc' }

/** Path of a program of the workspace's node_modules. */
export const tool = (name) => OF_TWO[name] ?? `node_modules/.bin/${name}`

function signalGroup(child, signal) {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, signal)
  } catch {
    // The group is gone already.
  }
}
