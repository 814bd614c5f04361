/** The free space of a disk, so that a full one is reported as full and not as damaged. */
import type { StatsFs } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { resolve } from 'node:path'
import { codeOf } from '../errors/failure-kind.js'

/** The engine allocates its log in segments of 16 MiB. With space for fewer than four it may fail for lack of space. */
export const ROOM_TO_WORK_BYTES = 64 * 2 ** 20
/** With less space than this, a failure without a specific reason is attributed to lack of space. */
const NO_ROOM_BYTES = 2 ** 20

/** @returns the space this user may still use, or `undefined` if the system does not say. */
export async function freeBytes(directory: string): Promise<number | undefined> {
  const room = await look(directory)
  return room && room.bavail * room.bsize
}

/**
 * Replaces an error by `DiskFull` if that is its cause.
 * @param error the failure: with a system or PostgreSQL code, or without a specific reason
 */
export async function saidFull(directory: string, error: unknown): Promise<string | undefined> {
  const code = codeOf(error)
  if (code === 'EDQUOT') return `the disk quota of this user is used up in ${resolve(directory)}`
  const room = await look(directory)
  if (code === 'ENOSPC') return full(directory, room)
  // Another code, such as EIO or EACCES, rules that out, however little space there is.
  if (code !== '' && code !== '53100') return undefined
  const isUsedUp = room !== undefined && room.bavail * room.bsize < NO_ROOM_BYTES
  return isUsedUp ? full(directory, room) : undefined
}

function full(directory: string, room: StatsFs | undefined): string {
  const place = resolve(directory)
  if (room && room.files > 0 && room.ffree === 0) return `the disk is full: no inodes free in ${place}`
  if (!room) return `the disk is full in ${place}`
  const free = room.bavail * room.bsize
  return free < ROOM_TO_WORK_BYTES
    ? `the disk is full: ${free} bytes free in ${place}`
    : `the disk was full, and has ${free} bytes free now in ${place}`
}

async function look(directory: string): Promise<StatsFs | undefined> {
  try {
    return await statfs(directory)
  } catch {
    return undefined
  }
}
