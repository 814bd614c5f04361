/** What room a disk has, so that a full one is called full, not damaged. */
import type { StatsFs } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { resolve } from 'node:path'
import { codeOf } from '../errors/failure-kind.js'

/** The engine takes its log in pieces of 16 MiB. Where there is less than four of them it may fail for want of room. */
export const ROOM_TO_WORK_BYTES = 64 * 2 ** 20
/** Whatever fails with less room than this without a reason of its own fails for want of room. */
const NO_ROOM_BYTES = 2 ** 20

/** @returns what this user may still take, or `undefined` where the system does not say. */
export async function freeBytes(directory: string): Promise<number | undefined> {
  const room = await look(directory)
  return room && room.bavail * room.bsize
}

/**
 * Says that the disk is full where that is why something failed.
 * @param error what failed: with a code of the system, of PostgreSQL, or without a reason of its own
 */
export async function saidFull(directory: string, error: unknown): Promise<string | undefined> {
  const code = codeOf(error)
  if (code === 'EDQUOT') return `the disk quota of this user is used up in ${resolve(directory)}`
  const room = await look(directory)
  if (code === 'ENOSPC') return full(directory, room)
  // With another code, such as EIO or EACCES, it was not that, however little room there is.
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
