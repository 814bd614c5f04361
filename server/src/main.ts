/** Reads the configuration, runs one command, says plainly what went wrong. */
import { appCommand } from './commands/app.js'
import { reachRunningServer } from './commands/control-socket.js'
import { plainMessage } from './commands/plain-message.js'
import { serve } from './commands/serve.js'
import { tokenCommand } from './commands/token.js'
import { unknownWord, Usage, USAGE } from './commands/usage.js'
import { readConfig, type Config } from './config.js'
import { createLog } from './log.js'
import { createAppRepository, type AppRepository } from './storage/app-repository.js'
import type { Database } from './storage/database.js'
import { DirectoryInUse } from './storage/directory-lock.js'
import { openMigrated } from './storage/open-migrated.js'
import { acceptSecret } from './storage/secret-fingerprint.js'
import { VERSION } from './version.js'

const COMMANDS = ['serve', 'migrate', 'app', 'token', 'rehearse', 'version', 'help']

async function run([command, ...args]: string[]): Promise<void> {
  if (command !== 'rehearse' && args.some((it) => it === '--help' || it === '-h')) return print(USAGE)
  switch (command) {
    case 'serve':
      return serve(readConfig(process.env))
    case 'migrate':
      return migrateCommand(args)
    case 'app':
      return withApps(async (open) => print(await appCommand(args, open)))
    case 'token':
      return withApps(async (open) => print(await tokenCommand(args, open)))
    case 'rehearse':
      return rehearse(args)
    case 'version':
    case '--version':
    case '-v':
      return print(VERSION)
    case undefined:
    case 'help':
    case '--help':
    case '-h':
      return print(USAGE)
    default:
      throw unknownWord(command, 'command of alcove', COMMANDS)
  }
}

/** Arguments are checked before the database is opened, so the callback opens it. */
async function withApps(use: (open: () => Promise<AppRepository>) => Promise<void>): Promise<void> {
  let database: Database | undefined
  try {
    await use(async () => {
      const config = readConfig(process.env)
      try {
        database = (await openConfigured(config)).database
      } catch (error) {
        const running = error instanceof DirectoryInUse && (await reachRunningServer(config.dataDir))
        if (running) return running
        throw error
      }
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

async function migrateCommand([option, ...more]: string[]): Promise<void> {
  const isSecretAccepted = option === '--accept-secret'
  if (more.length > 0 || (option !== undefined && !isSecretAccepted))
    throw new Usage('migrate takes --accept-secret or nothing. See: alcove help')
  const config = readConfig(process.env)
  const { database, ran } = await openConfigured(config)
  try {
    if (isSecretAccepted) await acceptSecret(database, config.secret)
  } finally {
    await database.close()
  }
  const done = [...ran, ...(isSecretAccepted ? ['the secret is accepted'] : [])]
  print(done.length > 0 ? `ran: ${done.join(', ')}` : 'nothing to do')
}

/** Standard output is what the command answers; what it has to say meanwhile goes beside it. */
function openConfigured(config: Config): Promise<{ database: Database; ran: string[] }> {
  return openMigrated(config, createLog('warn', process.stderr))
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

export async function main(args: string[]): Promise<void> {
  // Whoever reads the answer may have had enough of it.
  process.stdout.on('error', () => {})
  try {
    await run(args)
  } catch (error) {
    const message = plainMessage(error)
    process.stderr.write(
      message === undefined ? `${error instanceof Error ? error.stack : String(error)}\n` : `${message}\n`,
    )
    process.exitCode = error instanceof Usage ? 2 : 1
  }
}
