/** The apps for one command: from the configured database, or through the server that has the embedded one open. */
import { setTimeout as pause } from 'node:timers/promises'
import { readConfig, readSettings, type Config } from '../config.js'
import { createLogger } from '../process/logger.js'
import { createAppRepository, type AppRepository } from '../storage/app-repository.js'
import type { Database } from '../storage/database.js'
import { DirectoryInUse } from '../storage/directory-lock.js'
import { DirectoryUnusable } from '../storage/directory-unusable.js'
import { holdsDatabase } from '../storage/engine-files.js'
import { openMigrated } from '../storage/open-migrated.js'
import { reachRunningServer } from './control-socket.js'

/** Long enough for a few commands in sequence, or a server that creates a new database. */
const WAIT_FOR_OTHERS_MS = 10_000
const LOOK_AGAIN_AFTER_MS = 200

export type KeptApps = AppRepository & {
  /** The path of the embedded database: started in another folder, the default is a different one. */
  readonly place?: string
}

/** @param options.mayMake whether to create a database if there is none */
export type OpenApps = (options?: { mayMake?: boolean }) => Promise<KeptApps>

/** Arguments are checked before the database is opened, which is why the callback opens it. */
export async function withApps(use: (open: OpenApps) => Promise<void>): Promise<void> {
  let database: Database | undefined
  try {
    await use(async ({ mayMake = false } = {}) => {
      const { dataDir, databaseUrl } = readSettings(process.env)
      const isEmbedded = databaseUrl === undefined
      const isNew = isEmbedded && !holdsDatabase(dataDir)
      if (isNew && !mayMake)
        throw new DirectoryUnusable(
          dataDir,
          'there is none',
          'Set ALCOVE_DATA_DIR to the data directory of your server, or run this where the server runs.',
        )
      const place = isNew ? `a new database, ${dataDir}` : `the database ${dataDir}`
      const found = await openOrReach(readConfig(process.env))
      if ('running' in found) return { ...found.running, place: `the database ${dataDir}` }
      database = found.database
      return { ...createAppRepository(database), ...(isEmbedded && { place }) }
    })
  } finally {
    await database?.close()
  }
}

/**
 * The owner of the directory may be gone in a moment, like another command, or reachable soon, like a starting server.
 * @throws DirectoryInUse if neither happens in time
 */
async function openOrReach(config: Config): Promise<{ database: Database } | { running: AppRepository }> {
  const deadline = performance.now() + WAIT_FOR_OTHERS_MS
  for (;;) {
    try {
      return await openForCommand(config)
    } catch (error) {
      if (!(error instanceof DirectoryInUse)) throw error
      const running = await reachRunningServer(config.dataDir)
      if (running) return { running }
      if (performance.now() >= deadline) throw error
      await pause(LOOK_AGAIN_AFTER_MS)
    }
  }
}

/** Standard output is for the command's result, so progress goes to standard error. */
export function openForCommand(config: Config): Promise<{ database: Database; ran: string[] }> {
  return openMigrated(config, createLogger('warn', process.stderr))
}
