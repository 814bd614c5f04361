/** Starts what is to be measured, afresh for every measure, so that no measure inherits another's memory or warmth. */
import { randomBytes } from 'node:crypto'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { startProgram } from '@alcove/rehearse/processes/child-process'
import { startNodeProcess } from '@alcove/rehearse/processes/node-process'
import { temporaryFolder } from '@alcove/rehearse/processes/temporary-folder'
import { prepareTrialApp } from '@alcove/rehearse/processes/trial-app'
import type { Ground } from './ground.js'
import type { Target } from './target.js'

export type TargetKind =
  | { kind: 'bare'; adapter: boolean; nodes: number }
  | { kind: 'alcove'; database: 'postgres' | 'pglite'; nodes: number }

export interface RunningTarget {
  readonly target: Target
  close(): Promise<void>
}

const MEMORY_FLAGS = ['--expose-gc', '--import', new URL('./memory-probe.js', import.meta.url).href]
const BARE_SERVER = fileURLToPath(new URL('./bare-server.js', import.meta.url))
const MANY = 100_000
/** One for the whole run, since a database is served with one secret and every measure starts nodes on the same database. */
const SECRET = randomBytes(32).toString('base64url')

/** @param rooms that the measure expects to exist */
export function startTarget(
  ground: Ground,
  kind: TargetKind,
  rooms: readonly string[] = [],
): Promise<RunningTarget> {
  return kind.kind === 'bare' ? startBare(ground, kind) : startAlcove(ground, kind, rooms)
}

export function nameOf(kind: TargetKind): string {
  const what =
    kind.kind === 'bare'
      ? `Socket.IO${kind.adapter ? ' + Redis adapter' : ''}`
      : `Alcove, ${kind.database === 'postgres' ? 'PostgreSQL' : 'PGlite'}`
  return `${what}, ${kind.nodes} node${kind.nodes > 1 ? 's' : ''}`
}

async function startAlcove(
  ground: Ground,
  kind: TargetKind & { kind: 'alcove' },
  rooms: readonly string[],
): Promise<RunningTarget> {
  const dataDir = temporaryFolder('bench-data')
  const databaseUrl = kind.database === 'postgres' ? ground.postgres.url : undefined
  const app = await prepareTrialApp({ dataDir, databaseUrl }, 'bench', rooms)
  const environments = Array.from({ length: kind.nodes }, (_, index) => ({
    ALCOVE_SECRET: SECRET,
    ALCOVE_DATA_DIR: dataDir,
    MAX_CONNECTIONS: `${MANY}`,
    BENCH_MEMORY_FILE: memoryFile(dataDir, index),
    ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }),
    ...(kind.nodes > 1 && { REDIS_URL: `redis://127.0.0.1:${ground.redis.port}` }),
  }))
  const nodes = await all(environments.map((environment) => startNodeProcess(environment, MEMORY_FLAGS)))
  return {
    target: {
      kind: 'alcove',
      name: nameOf(kind),
      appId: app.id,
      ports: nodes.map(({ port }) => port),
      memoryFiles: nodes.map((_, index) => memoryFile(dataDir, index)),
      pids: {
        nodes: nodes.map(({ pid }) => pid),
        ...(kind.database === 'postgres' &&
          ground.postgres.pid !== undefined && { postgres: ground.postgres.pid }),
        ...(kind.nodes > 1 && { redis: ground.redis.pid }),
      },
      ...(databaseUrl !== undefined && { databaseUrl }),
    },
    async close() {
      await Promise.all(nodes.map((node) => node.kill()))
    },
  }
}

async function startBare(ground: Ground, kind: TargetKind & { kind: 'bare' }): Promise<RunningTarget> {
  const folder = temporaryFolder('bench-bare')
  const nodes = await all(
    Array.from({ length: kind.nodes }, (_, index) =>
      startBareServer({
        BENCH_MEMORY_FILE: memoryFile(folder, index),
        ...(kind.adapter && { BENCH_REDIS_PORT: `${ground.redis.port}` }),
      }),
    ),
  )
  return {
    target: {
      kind: 'bare',
      name: nameOf(kind),
      ports: nodes.map(({ port }) => port),
      memoryFiles: nodes.map((_, index) => memoryFile(folder, index)),
      pids: {
        nodes: nodes.map(({ pid }) => pid),
        ...(kind.adapter && { redis: ground.redis.pid }),
      },
    },
    async close() {
      await Promise.all(nodes.map((node) => node.kill()))
    },
  }
}

interface Started {
  readonly pid: number
  readonly port: number
  kill(): Promise<unknown>
}

/** When one cannot be started the others are of no use. */
async function all<S extends Started>(starting: Promise<S>[]): Promise<S[]> {
  try {
    return await Promise.all(starting)
  } catch (error) {
    const outcomes = await Promise.allSettled(starting)
    const started = outcomes.filter((outcome) => outcome.status === 'fulfilled')
    await Promise.all(started.map(({ value }) => value.kill()))
    throw error
  }
}

const memoryFile = (folder: string, index: number) => `${folder}/memory-${index}.json`

async function startBareServer(environment: Record<string, string>): Promise<Started> {
  const program = await startProgram(process.execPath, [...MEMORY_FLAGS, BARE_SERVER], {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const port = await new Promise<number>((listening, failed) => {
    createInterface(program.child.stdout!).once('line', (line) => listening(Number(line)))
    void program.ended.then(() => failed(new Error('unable to start a bare server; it ended')))
  })
  return { pid: program.pid, port, kill: program.kill }
}
