/**
 * Whether the embedded engine's files are still those it was started on. Somebody may remove or replace the data directory
 * under a running server; the engine has its files open, notices nothing, and would store what nobody finds again.
 *
 * JavaScript, because the engine's thread asks too; see pglite-thread.js.
 */
import { closeSync, openSync, statSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The engine never recreates these two: it only reads the first, and writes the second in place, so a restored one
 * differs.
 */
const KEPT = ['PG_VERSION', join('global', 'pg_control')]

const NOT_THERE = new Set(['ENOENT', 'ENOTDIR'])
/** A directory that this user may not search any more, or a disk that fails: that is for the engine to find. */
const CANNOT_SAY = ''

/** @typedef {readonly string[]} Identity of each of the files. It can be sent to a thread. */

/**
 * @param {string} files
 * @returns {{ identity: Identity, release: () => void }}
 */
export function pinFiles(files) {
  // While they are open no other file gets their numbers; file systems give those of removed files away at once.
  const pins = KEPT.flatMap((name) => openedOrNot(join(files, name)))
  return { identity: identityOf(files), release: () => pins.splice(0).forEach((pin) => closeSync(pin)) }
}

/**
 * It takes microseconds: cheap enough to be asked before every answer.
 * @param {string} files
 * @param {Identity} identity
 */
export function areSameFiles(files, identity) {
  const now = identityOf(files)
  return identity.every((one, index) => one === CANNOT_SAY || now[index] === CANNOT_SAY || one === now[index])
}

/** @param {string} files @returns {Identity} */
const identityOf = (files) => KEPT.map((name) => numbersOf(join(files, name)))

/** @param {string} path */
function numbersOf(path) {
  try {
    // Not as numbers, which would make two large ones the same.
    const { dev, ino } = statSync(path, { bigint: true })
    return `${dev}:${ino}`
  } catch (error) {
    const { code = '' } = /** @type {NodeJS.ErrnoException} */ (error)
    return NOT_THERE.has(code) ? 'none' : CANNOT_SAY
  }
}

/** @param {string} path */
function openedOrNot(path) {
  try {
    return [openSync(path, 'r')]
  } catch {
    // Opening the database will report what is wrong with it.
    return []
  }
}
