/**
 * What runs in the embedded engine's thread: opens it, then answers one request after the other until it is told to close.
 * An error that leaves the engine itself broken ends the thread; see engine-thread.ts for the other side.
 *
 * JavaScript, because Node cannot load TypeScript into a thread and the tests run on the sources.
 */
import { on } from 'node:events'
import { parentPort, workerData } from 'node:worker_threads'
import { PGlite, types } from '@electric-sql/pglite'

/** @import { Answer, Request } from './engine-thread.js' */
/** @import { MessagePort } from 'node:worker_threads' */

const port = /** @type {MessagePort} */ (parentPort)
/** @param {Answer} answer */
const post = (answer) => port.postMessage(answer)

// Before the engine opens: nothing that is asked meanwhile may be missed.
/** @type {AsyncIterable<any[]>} */
const requests = on(port, 'message')
const engine = await PGlite.create({
  dataDir: /** @type {string} */ (workerData),
  // seq, rev and keys stay far below 2^53.
  parsers: { [types.INT8]: Number },
})
post({ ready: true })

for await (const [message] of requests) {
  const request = /** @type {Request} */ (message)
  if (request.call === 'close') break
  try {
    post({ id: request.id, rows: await run(request) })
  } catch (error) {
    // The engine's memory is in doubt, not the statement.
    if (error instanceof WebAssembly.RuntimeError) throw error
    post({ id: request.id, error: portable(error) })
  }
}
await engine.close()
port.close()

/** @param {Exclude<Request, { call: 'close' }>} request */
async function run(request) {
  if (request.call === 'query') return (await engine.query(request.sql, request.params)).rows
  await engine.exec(request.sql)
  return []
}

/** Cloning drops all properties of an error but these, and `code` decides what it is. @param {unknown} error */
function portable(error) {
  const { message, code } = /** @type {Error & { code?: string }} */ (error)
  return { message, code }
}
