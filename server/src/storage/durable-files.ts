/** Writes our own files so that neither a kill nor a power cut leaves a partial one. */
import { randomBytes } from 'node:crypto'
import { linkSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { open, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { syncDirectory } from './sync-directory.js'

/** Syncing many files together takes a disk little longer than syncing one. */
const SYNCED_TOGETHER = 16

/** Readable only by its owner. The old content stays until the new one is complete. */
export function replaceFile(file: string, content: string): void {
  putAside(file, content, (whole) => renameSync(whole, file))
}

/** Readable only by its owner. Of several processes the first one wins, and the others use its file. */
export function createFile(file: string, content: string): void {
  putAside(file, content, (whole) => {
    try {
      linkSync(whole, file)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  })
}

function putAside(file: string, content: string, put: (whole: string) => void): void {
  const whole = `${file}.${randomBytes(4).toString('hex')}`
  try {
    writeFileSync(whole, content, { mode: 0o600, flag: 'wx', flush: true })
    put(whole)
  } finally {
    rmSync(whole, { force: true })
  }
  syncDirectory(dirname(file))
}

/** Syncs a whole directory with everything below it. */
export async function syncTree(directory: string): Promise<void> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
  const next = files.values()
  await Promise.all(
    Array.from({ length: SYNCED_TOGETHER }, async () => {
      for (const file of next) await syncFile(file)
    }),
  )
  for (const entry of entries) if (entry.isDirectory()) syncDirectory(join(entry.parentPath, entry.name))
  syncDirectory(directory)
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path)
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}
