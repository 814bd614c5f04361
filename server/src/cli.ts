#!/usr/bin/env node
/** The `alcove` command: reads the configuration, runs one command, says plainly what went wrong. */
import { appCommand } from './commands/app.js'
import { serve } from './commands/serve.js'
import { tokenCommand } from './commands/token.js'
import { Usage, USAGE } from './commands/usage.js'
import { BadConfiguration, readConfig } from './config.js'
import { createLog } from './log.js'
import { MissingProgram } from './rehearse/binaries.js'
import { createAppRepository, type AppRepository } from './storage/app-repository.js'
import { StorageUnavailable, type Database } from './storage/database.js'
import { DirectoryInUse } from './storage/directory-lock.js'
import { migrate } from './storage/migrate.js'
import { openDatabase } from './storage/open.js'

async function run([command, ...args]: string[]): Promise<void> {
  switch (command) {
    case 'serve':
      return serve(readConfig(process.env))
    case 'migrate':
      return runMigrations()
    case 'app':
      return withApps(async (open) => print(await appCommand(args, open)))
    case 'token':
      return withApps(async (open) => print(await tokenCommand(args, open)))
    case 'rehearse':
      return rehearse(args)
    case undefined:
    case 'help':
    case '--help':
      return print(USAGE)
    default:
      throw new Usage(`no command ${command}\n\n${USAGE}`)
  }
}

/** Arguments are checked before the database is opened, so the callback opens it. */
async function withApps(use: (open: () => Promise<AppRepository>) => Promise<void>): Promise<void> {
  let database: Database | undefined
  try {
    await use(async () => {
      database = (await openMigrated()).database
      return createAppRepository(database)
    })
  } finally {
    await database?.close()
  }
}

/** Loaded only now: a node needs none of it. */
async function rehearse(args: string[]): Promise<void> {
  const { rehearseCommand } = await import('./commands/rehearse.js')
  if (!(await rehearseCommand(args, print))) process.exitCode = 1
}

async function runMigrations(): Promise<void> {
  const { database, ran } = await openMigrated()
  await database.close()
  print(ran.length > 0 ? `ran: ${ran.join(', ')}` : 'nothing to do')
}

async function openMigrated(): Promise<{ database: Database; ran: string[] }> {
  const config = readConfig(process.env)
  const database = await openDatabase(config, createLog('warn'))
  try {
    return { database, ran: await migrate(database) }
  } catch (error) {
    await database.close()
    throw error
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

/** Mistakes of whoever runs the command, told without a stack. */
function plainMessage(error: unknown): string | undefined {
  if (error instanceof Usage || error instanceof BadConfiguration || error instanceof DirectoryInUse)
    return error.message
  if (error instanceof MissingProgram) return error.message
  if (error instanceof StorageUnavailable) return `unable to reach the database; ${error.message}`
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    return `unable to listen; port ${'port' in error ? String(error.port) : ''} is in use. Set PORT to another.`
  }
  if (
    error instanceof Error &&
    'code' in error &&
    /^E(NOTFOUND|ADDRNOTAVAIL|AI_AGAIN|ACCES)$/.test(String(error.code))
  ) {
    return `unable to listen; ${error.message}. HOST should be an address of this machine, PORT one it may use.`
  }
  return undefined
}

try {
  await run(process.argv.slice(2))
} catch (error) {
  const message = plainMessage(error)
  process.stderr.write(
    message === undefined ? `${error instanceof Error ? error.stack : String(error)}\n` : `${message}\n`,
  )
  process.exitCode = error instanceof Usage ? 2 : 1
}
