/** A folder that goes with this process at the latest. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { atExit } from './at-exit.js'

export function temporaryFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `alcove-${name}-`))
  atExit(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
