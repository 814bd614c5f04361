/** A directory and those above it, for their owner only. Node's own recursive `mkdir` never returns where the kernel lets nobody make any, as in /proc. */
import { existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { syncDirectory } from './sync-directory.js'

export function makeDirectory(path: string): void {
  const parent = dirname(path)
  if (!existsSync(parent)) makeDirectory(parent)
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error
    return
  }
  // With the name everything below would be lost.
  syncDirectory(parent)
}
