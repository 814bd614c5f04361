/**
 * The embedded engine: Postgres compiled to WebAssembly, in this process, on files in the data directory.
 * Survives a killed process; it never fsyncs, so a power cut is not covered (docs/operating.md says so).
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { PGlite, types } from '@electric-sql/pglite'
import { sortingErrors, type Database } from './database.js'
import { lockDirectory } from './directory-lock.js'

export async function openPglite(dataDir: string): Promise<Database> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  // Two processes on one directory destroy it, and the engine itself does not notice.
  const unlock = await lockDirectory(dataDir)
  try {
    const engine = await PGlite.create({
      dataDir: join(dataDir, 'pglite'),
      parsers: { [types.INT8]: Number },
    })
    return {
      engine: 'pglite',
      query: <Row>(sql: string, params: readonly unknown[] = []) =>
        sortingErrors(async () => (await engine.query<Row>(sql, [...params])).rows),
      script: (sql) => sortingErrors(async () => void (await engine.exec(sql))),
      close: async () => {
        try {
          await engine.close()
        } finally {
          await unlock()
        }
      },
    }
  } catch (error) {
    await unlock()
    throw error
  }
}
