/**
 * The embedded engine in a separate thread: starts, queries and ends it, and notices when it dies. pglite-thread.js
 * runs in the thread; pglite.ts decides about restarts.
 */
import { Worker } from 'node:worker_threads'
import { StorageUnavailable } from '../errors/storage-errors.js'
import type { Identity } from './pinned-files.js'

/** The options the thread is started with. */
export interface EngineFiles {
  directory: string
  /** Absent while the files are created. */
  identity?: Identity
}

export type Request =
  | { call: 'query'; id: number; sql: string; params: unknown[] }
  | { call: 'script'; id: number; sql: string }
  | { call: 'close' }

export type Answer =
  | { ready: true }
  | { id: number; rows: unknown[] }
  | { id: number; error: { message: string; code: string | undefined } }

export interface EngineThread {
  query(sql: string, params: readonly unknown[]): Promise<unknown[]>
  script(sql: string): Promise<void>
  /** Resolves after earlier requests are answered, the engine has flushed and the thread is gone. */
  close(): Promise<void>
}

interface Waiting {
  resolve: (rows: unknown[]) => void
  reject: (error: unknown) => void
}

const THREAD = new URL('./pglite-thread.js', import.meta.url)

/**
 * @param onLost the thread ended by itself and is gone, so that nothing has the files open any more
 * @throws the engine's error
 */
export async function startEngineThread(
  files: EngineFiles,
  onLost: (reason: StorageUnavailable) => void,
): Promise<EngineThread> {
  // Flags of the process, such as preloaded modules, are not meant for this thread.
  const worker = new Worker(THREAD, { workerData: files, execArgv: [] })
  const waiting = new Map<number, Waiting>()
  let asked = 0
  let isClosing = false
  let cause: Error | undefined
  let lost: StorageUnavailable | undefined

  worker.on('error', (error: unknown) => (cause = asError(error)))
  const gone = new Promise<void>((resolve) => {
    worker.once('exit', (code) => {
      lost = new StorageUnavailable(cause ?? new Error(`the engine's thread ended with ${code}`))
      for (const { reject } of waiting.values()) reject(lost)
      waiting.clear()
      resolve()
    })
  })

  await new Promise<void>((ready, failed) => {
    worker.once('message', () => ready())
    void gone.then(() => failed(cause ?? lost))
  })
  worker.on('message', settle)
  void gone.then(() => {
    if (!isClosing && lost) onLost(lost)
  })

  function settle(answer: Answer): void {
    if ('ready' in answer) return
    const one = waiting.get(answer.id)
    waiting.delete(answer.id)
    if ('rows' in answer) one?.resolve(answer.rows)
    else one?.reject(Object.assign(new Error(answer.error.message), { code: answer.error.code }))
  }

  function ask(request: (id: number) => Request): Promise<unknown[]> {
    if (lost) return Promise.reject(lost)
    const id = ++asked
    return new Promise((resolve, reject) => {
      // Throws for values that cannot be cloned, in which case nobody waits.
      worker.postMessage(request(id))
      waiting.set(id, { resolve, reject })
    })
  }

  return {
    query: (sql, params) => ask((id) => ({ call: 'query', id, sql, params: [...params] })),
    script: async (sql) => void (await ask((id) => ({ call: 'script', id, sql }))),
    async close() {
      isClosing = true
      worker.postMessage({ call: 'close' } satisfies Request)
      await gone
      if (cause !== undefined) throw cause
    },
  }
}

/** The engine's file system throws its own kind of objects. */
function asError(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown
  return new Error(`the embedded database failed; ${JSON.stringify(thrown)}`)
}
