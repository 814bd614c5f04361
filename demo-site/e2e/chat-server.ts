/** The built server as its own process, on a data folder of its own. It can die and come back in the same place. */
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const CLI = fileURLToPath(new URL('../../server/dist/cli.js', import.meta.url))

/** The variable with the data folder that global-setup.ts has made. */
export const TEMPLATE = 'ALCOVE_E2E_TEMPLATE'

export async function makeDatabase(dataDir: string): Promise<void> {
  const env = { PATH: process.env.PATH, ALCOVE_DATA_DIR: dataDir }
  await promisify(execFile)(process.execPath, [CLI, 'migrate'], { env })
}

async function newDataDir(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'alcove-e2e-'))
  // The database alone: every server has a lock and a secret of its own.
  await cp(join(process.env[TEMPLATE]!, 'pglite'), join(directory, 'pglite'), { recursive: true })
  return directory
}

export class ChatServer {
  readonly dataDir: string
  #port = 0
  #process: ChildProcess | undefined

  private constructor(dataDir: string) {
    this.dataDir = dataDir
  }

  /** @param apps Arguments of `alcove app create`, one list an app, besides the app `demo`. */
  static async start(apps: string[][] = []): Promise<ChatServer> {
    const server = new ChatServer(await newDataDir())
    try {
      for (const args of apps) {
        const env = server.#environment
        await promisify(execFile)(process.execPath, [CLI, 'app', 'create', ...args], { env })
      }
      await server.run()
      return server
    } catch (error) {
      await server.close()
      throw error
    }
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  /** Where the secret of the app `demo` is. */
  get keyFile(): string {
    return join(this.dataDir, 'demo-app.json')
  }

  /** Starts the process; the second time on the same port and data. */
  async run(more: NodeJS.ProcessEnv = {}): Promise<void> {
    const child = spawn(process.execPath, [CLI, 'serve'], {
      env: { ...this.#environment, ...more },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    this.#process = child
    // A test that ran out of time cannot close what it opened; the worker's end does.
    process.once('exit', () => child.kill('SIGKILL'))
    for await (const line of createInterface({ input: child.stdout })) {
      const entry = JSON.parse(line) as { msg: string; port?: number }
      if (entry.msg !== 'listening' || entry.port === undefined) continue
      this.#port = entry.port
      // Nobody reads on, and a full pipe would stop the server.
      child.stdout.resume()
      return
    }
    throw new Error('the server ended before it listened')
  }

  /** As the power switch does it: no goodbye to anybody. */
  kill(): Promise<void> {
    return this.#end('SIGKILL')
  }

  /** As a deployment does it: everybody is told to come back. */
  stop(): Promise<void> {
    return this.#end('SIGTERM')
  }

  async close(): Promise<void> {
    await this.stop()
    await rm(this.dataDir, { recursive: true, force: true })
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }

  get #environment(): NodeJS.ProcessEnv {
    return {
      PATH: process.env.PATH,
      HOST: '127.0.0.1',
      PORT: String(this.#port),
      ALCOVE_DATA_DIR: this.dataDir,
      ALCOVE_CREATE_DEMO: '1',
      LOG_LEVEL: 'info',
    }
  }
}
