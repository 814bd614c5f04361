/** A program that ends with us, together with all it started: it leads a process group of its own. */
import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process'
import { once } from 'node:events'
import { atExit } from './at-exit.js'

export interface Ended {
  code: number | null
  signal: NodeJS.Signals | null
}

export interface Program {
  readonly pid: number
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  readonly isRunning: boolean
  /** To the program alone. */
  signal(signal: NodeJS.Signals): void
  /** Ends the whole group, at once. */
  kill(): Promise<Ended>
}

/** @throws when the program cannot be started at all */
export async function startProgram(command: string, args: string[], options: SpawnOptions): Promise<Program> {
  const child = spawn(command, args, { ...options, detached: true })
  const killGroup = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    } catch {
      // The group is gone already.
    }
  }
  const forget = atExit(killGroup)
  const ended = once(child, 'exit').then(([code, signal]) => {
    forget()
    return { code: code as number | null, signal: signal as NodeJS.Signals | null }
  })
  // A program that cannot be started at all is reported by `spawn` below.
  ended.catch(forget)
  await once(child, 'spawn')
  return {
    pid: child.pid ?? 0,
    child,
    ended,
    get isRunning() {
      return child.exitCode === null && child.signalCode === null
    },
    signal: (signal) => void child.kill(signal),
    kill() {
      killGroup()
      return ended
    },
  }
}
