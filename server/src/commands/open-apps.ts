/** The apps for one command: of the configured database, or through the server that has the embedded one open. */
import { readConfig, readSettings, type Config } from '../config.js'
import { createLog } from '../log.js'
import { createAppRepository, type AppRepository } from '../storage/app-repository.js'
import type { Database } from '../storage/database.js'
import { DirectoryInUse } from '../storage/directory-lock.js'
import { DirectoryUnusable } from '../storage/directory-unusable.js'
import { holdsDatabase } from '../storage/engine-files.js'
import { openMigrated } from '../storage/open-migrated.js'
import { reachRunningServer } from './control-socket.js'

export type KeptApps = AppRepository & {
  /** Where the embedded database is: from another folder, the default is another one. */
  readonly place?: string
}

/** @param options.mayMake whether a database is made where there is none */
export type OpenApps = (options?: { mayMake?: boolean }) => Promise<KeptApps>

/** Arguments are checked before the database is opened, so the callback opens it. */
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
      try {
        const opened = await openForCommand(readConfig(process.env))
        database = opened.database
      } catch (error) {
        const running = error instanceof DirectoryInUse && (await reachRunningServer(dataDir))
        if (running) return { ...running, place: `the database ${dataDir}` }
        throw error
      }
      return { ...createAppRepository(database), ...(isEmbedded && { place }) }
    })
  } finally {
    await database?.close()
  }
}

/** Standard output is what the command answers; what it has to say meanwhile goes beside it. */
export function openForCommand(config: Config): Promise<{ database: Database; ran: string[] }> {
  return openMigrated(config, createLog('warn', process.stderr))
}
