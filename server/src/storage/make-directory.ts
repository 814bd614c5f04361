/**
 * Creates a directory and its parents, accessible only to the owner. Node's own recursive `mkdir` never returns where
 * the kernel does not allow directories, as in /proc.
 */
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
  // Losing the name would lose everything below it.
  syncDirectory(parent)
}
