/**
 * What runs in the embedded engine's thread: opens it, then answers one request after the other until it is told to close.
 * An error that leaves the engine itself broken ends the thread; see engine-thread.ts for the other side.
 *
 * JavaScript, because Node cannot load TypeScript into a thread and the tests run on the sources.
 */
import { on } from 'node:events'
import { parentPort, workerData } from 'node:worker_threads'
import { PGlite, types } from '@electric-sql/pglite'
import { DURABLE_START, DurableFileSystem } from './durable-file-system.js'
import { areSameFiles } from './pinned-files.js'

/** @import { Answer, EngineFiles, Request } from './engine-thread.js' */
/** @import { MessagePort } from 'node:worker_threads' */

const DISK_FULL = '53100'
/** Of 16 MiB each. Who writes more than this has the disk filled, and an engine that reads it all after a crash. */
const SEGMENTS_BETWEEN_CHECKPOINTS = 4
const LOOK_FOR_FILES_EVERY_MS = 1_000

const port = /** @type {MessagePort} */ (parentPort)
/** @param {Answer} answer */
const post = (answer) => port.postMessage(answer)

// Before the engine opens: nothing that is asked meanwhile may be missed.
/** @type {AsyncIterable<any[]>} */
const requests = on(port, 'message')
const { directory, identity } = /** @type {EngineFiles} */ (workerData)
const files = new DurableFileSystem(directory)
const engine = await open()
post({ ready: true })
// Where nobody asks, it is noticed all the same.
setInterval(demandSameFiles, LOOK_FOR_FILES_EVERY_MS).unref()

for await (const [message] of requests) {
  const request = /** @type {Request} */ (message)
  if (request.call === 'close') break
  const answer = await answerTo(request)
  demandSameFiles()
  // Whatever the engine says to it: nothing is sure but what is in the log, and only a new engine reads that.
  if (files.failure) throw told(files.failure)
  post(answer)
  if (files.newSegments >= SEGMENTS_BETWEEN_CHECKPOINTS) await checkpoint()
}
// Where this fails, what was committed is in the log, from which the next engine reads it.
await engine.close()
port.close()

async function open() {
  try {
    const opened = await PGlite.create({
      fs: files,
      startParams: DURABLE_START,
      // seq, rev and keys stay far below 2^53.
      parsers: { [types.INT8]: Number },
    })
    if (files.failure) throw files.failure
    return opened
  } catch (error) {
    throw files.diskError ? told(files.diskError) : error
  }
}

/** What was written to other files than those that are there now must not be answered as stored. */
function demandSameFiles() {
  if (identity && !areSameFiles(directory, identity)) throw new Error('its files were removed or replaced')
}

/** A single-process engine has no other process that makes them, so its log would grow until it is closed. */
async function checkpoint() {
  files.newSegments = 0
  // What it could not write is in the log still.
  await engine.exec('checkpoint').catch(() => {})
  if (files.failure) throw told(files.failure)
}

/**
 * @param {Exclude<Request, { call: 'close' }>} request
 * @returns {Promise<Answer>}
 */
async function answerTo(request) {
  files.diskError = undefined
  try {
    return { id: request.id, rows: await run(request) }
  } catch (error) {
    // The engine's memory is in doubt, not the statement.
    if (error instanceof WebAssembly.RuntimeError) throw told(files.failure ?? error)
    const { message, code } = portable(error)
    const disk = /** @type {{ code?: string } | undefined} */ (files.diskError)
    // The engine knows a full disk, and takes a used-up quota for a fault of its own.
    return { id: request.id, error: { message, code: disk?.code === 'EDQUOT' ? DISK_FULL : code } }
  }
}

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

/** The thread's last words. @param {Error} error */
function told(error) {
  const { message, code } = portable(error)
  return Object.assign(new Error(message), { code })
}
