/** The real server in a process of its own, as an operator runs it. Needs a build (`npm run build`); `npm test` makes one. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

export const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url))

export interface ServerProcess {
  port: number
  url: string
  child: ChildProcess
  /** Everything it logged so far. */
  log: string[]
  kill(signal: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null }>
}

export interface CommandResult {
  code: number | null
  stdout: string
  stderr: string
}

type Environment = Record<string, string>

/** Nothing of the developer's own settings. */
const clean = (environment: Environment): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  HOME: process.env.HOME,
  ...environment,
})

/** Resolves once it listens. Killed with the test. */
export async function startServerProcess(environment: Environment): Promise<ServerProcess> {
  const server = await openServerProcess(environment)
  onTestFinished(() => void server.child.kill('SIGKILL'))
  return server
}

/** For `beforeAll`; the caller kills it. */
export async function openServerProcess(environment: Environment): Promise<ServerProcess> {
  const child = spawn(process.execPath, [CLI, 'serve'], {
    env: clean({ PORT: '0', ...environment }),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>
  const log: string[] = []
  let stderr = ''
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()))
  const port = await new Promise<number>((listening, fail) => {
    createInterface(child.stdout).on('line', (line) => {
      log.push(line)
      const entry = JSON.parse(line) as { msg?: string; port?: number }
      if (entry.msg === 'listening' && entry.port !== undefined) listening(entry.port)
    })
    void exited.then(([code]) => fail(new Error(`server exited with ${code} before it listened\n${stderr}`)))
  })
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    child,
    log,
    async kill(signal) {
      child.kill(signal)
      const [code, by] = await exited
      return { code, signal: by }
    },
  }
}

/** Runs one `alcove` command to its end. */
export async function alcove(args: string[], environment: Environment): Promise<CommandResult> {
  const child = spawn(process.execPath, [CLI, ...args], { env: clean(environment) })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString()))
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, stdout, stderr }
}
