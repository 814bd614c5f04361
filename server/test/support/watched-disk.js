/**
 * Loaded into the embedded engine's thread before anything else: watches what is written and synced, writes it down for
 * power-cut.ts, and fails on command as a disk does. JavaScript, because Node cannot load TypeScript into a thread.
 */
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { getEnvironmentData, isMainThread, parentPort } from 'node:worker_threads'

/** The key under which a test leaves a `DiskSettings`. */
export const DISK = 'alcove-test-disk'

/** The places in `DiskSettings.control`. */
export const FAIL_SYNCS = 0
export const FAIL_WRITES = 1
export const LOG_SYNCS = 2
/** Answers that left the thread while the log was not synced. */
export const EARLY_ANSWERS = 3
export const FAILED_SYNCS = 4

/** What `FAIL_SYNCS` and `FAIL_WRITES` may be set to, by place. */
export const FAULTS = /** @type {const} */ (['', 'EIO', 'ENOSPC', 'EDQUOT'])

/**
 * @typedef {{ control: Int32Array, journal?: string }} DiskSettings
 * @typedef {{ op: 'create' | 'mkdir' | 'sync' | 'unlink', path: string }
 *   | { op: 'rename', path: string, to: string }
 *   | { op: 'write', path: string, at: number, data: string }
 *   | { op: 'truncate', path: string, size: number }
 *   | { op: 'answer', id: number }} Operation
 */

const settings = /** @type {DiskSettings | undefined} */ (getEnvironmentData(DISK))
if (settings && !isMainThread) watch(settings)

/**
 * Also for the thread of a test, where it notes what is done to the engine's files from outside.
 * @param {DiskSettings} settings
 * @returns {() => void} ends it
 */
export function watch({ control, journal }) {
  const real = { ...fs }
  const realPromises = { ...fs.promises }
  /** @type {Map<number, string>} */
  const open = new Map()
  let isLogSynced = true
  let isOver = false
  const out = journal === undefined ? undefined : real.openSync(journal, 'a')

  /** @param {Operation} operation */
  const note = (operation) => {
    // Somebody may have kept a function from before the end.
    if (out !== undefined && !isOver) real.writeSync(out, `${JSON.stringify(operation)}\n`)
  }
  /** @param {unknown} path */
  const isLog = (path) => typeof path === 'string' && /\/pg_wal\/[0-9A-F]{24}$/.test(path)
  /** @param {number} place @param {string} call */
  const failOn = (place, call) => {
    const code = FAULTS[Atomics.load(control, place)]
    if (code) throw Object.assign(new Error(`${code}: on command, ${call}`), { code, syscall: call })
  }
  /** @param {number} fd */
  const pathOf = (fd) => open.get(fd) ?? ''

  /** @type {any} */
  const patched = fs
  patched.openSync = (/** @type {any[]} */ ...args) => {
    const fd = /** @type {any} */ (real.openSync)(...args)
    open.set(fd, String(args[0]))
    return fd
  }
  patched.closeSync = (/** @type {number} */ fd) => {
    open.delete(fd)
    real.closeSync(fd)
  }
  patched.writeFileSync = (/** @type {any[]} */ ...args) => {
    failOn(FAIL_WRITES, 'open')
    ;/** @type {any} */ (real.writeFileSync)(...args)
    note({ op: 'create', path: String(args[0]) })
  }
  patched.writeSync = (
    /** @type {number} */ fd,
    /** @type {Uint8Array} */ buffer,
    /** @type {number} */ offset,
    /** @type {number} */ length,
    /** @type {number} */ at,
  ) => {
    const path = open.get(fd)
    if (path === undefined) return real.writeSync(fd, buffer, offset, length, at)
    failOn(FAIL_WRITES, 'write')
    const written = real.writeSync(fd, buffer, offset, length, at)
    if (isLog(path)) isLogSynced = false
    const data = Buffer.from(buffer.buffer, buffer.byteOffset + offset, written).toString('base64')
    note({ op: 'write', path, at, data })
    return written
  }
  patched.ftruncateSync = (/** @type {number} */ fd, /** @type {number} */ size) => {
    real.ftruncateSync(fd, size)
    note({ op: 'truncate', path: pathOf(fd), size })
  }
  patched.truncateSync = (/** @type {string} */ path, /** @type {number} */ size) => {
    real.truncateSync(path, size)
    note({ op: 'truncate', path, size })
  }
  patched.mkdirSync = (/** @type {any[]} */ ...args) => {
    ;/** @type {any} */ (real.mkdirSync)(...args)
    note({ op: 'mkdir', path: String(args[0]) })
  }
  patched.renameSync = (/** @type {string} */ path, /** @type {string} */ to) => {
    real.renameSync(path, to)
    for (const [fd, name] of open) if (name === path) open.set(fd, to)
    note({ op: 'rename', path, to })
  }
  patched.unlinkSync = (/** @type {string} */ path) => {
    real.unlinkSync(path)
    note({ op: 'unlink', path })
  }
  patched.rmdirSync = (/** @type {string} */ path) => {
    real.rmdirSync(path)
    note({ op: 'unlink', path })
  }
  patched.fsyncSync = (/** @type {number} */ fd) => {
    try {
      failOn(FAIL_SYNCS, 'fsync')
    } catch (error) {
      Atomics.add(control, FAILED_SYNCS, 1)
      throw error
    }
    real.fsyncSync(fd)
    if (isLog(pathOf(fd))) {
      isLogSynced = true
      Atomics.add(control, LOG_SYNCS, 1)
    }
    note({ op: 'sync', path: pathOf(fd) })
  }
  patched.promises.rename = async (/** @type {string} */ path, /** @type {string} */ to) => {
    await realPromises.rename(path, to)
    note({ op: 'rename', path, to })
  }
  patched.promises.open = async (/** @type {any[]} */ ...args) => {
    const file = await /** @type {any} */ (realPromises.open)(...args)
    const sync = file.sync.bind(file)
    file.sync = async () => {
      await sync()
      note({ op: 'sync', path: String(args[0]) })
    }
    return file
  }
  syncBuiltinESMExports()
  const undo = () => {
    for (const [name, value] of Object.entries(real)) if (typeof value === 'function') patched[name] = value
    patched.promises.rename = realPromises.rename
    patched.promises.open = realPromises.open
    syncBuiltinESMExports()
    isOver = true
    if (out !== undefined) real.closeSync(out)
  }

  const port = isMainThread ? null : parentPort
  if (!port) return undo
  const post = port.postMessage.bind(port)
  port.postMessage = (/** @type {any} */ message) => {
    if (!isLogSynced && 'rows' in message) Atomics.add(control, EARLY_ANSWERS, 1)
    if ('rows' in message) note({ op: 'answer', id: message.id })
    post(message)
  }
  return undo
}
