/** Reads the configuration, runs one command, and reports failures in plain words. */
import { appCommand } from './commands/app.js'
import { openForCommand, withApps } from './commands/open-apps.js'
import { plainMessage } from './process/plain-message.js'
import { serve } from './commands/serve.js'
import { tokenCommand } from './commands/token.js'
import { unknownWord, Usage, USAGE } from './commands/usage.js'
import { readConfig, readSettings } from './config.js'
import { ExpectedFailure } from './errors/expected-failure.js'
import { codeOf } from './errors/failure-kind.js'
import { acceptSecret } from './storage/secret-fingerprint.js'
import { VERSION } from './process/version.js'

const COMMANDS = ['serve', 'migrate', 'app', 'token', 'rehearse', 'version', 'help']

async function run([command, ...args]: string[]): Promise<void> {
  if (command !== 'rehearse' && args.some((it) => it === '--help' || it === '-h')) return print(USAGE)
  switch (command) {
    case 'serve':
      return serve(readSettings(process.env))
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

/** A package that depends on this one, so it is named here and not imported: a node does not include it. */
const REHEARSAL: string = '@alcove/rehearse/command'

interface Rehearsal {
  /** @returns whether all invariants held */
  rehearseCommand(args: string[], say: (line: string) => void): Promise<boolean>
}

async function rehearse(args: string[]): Promise<void> {
  const { rehearseCommand } = (await import(REHEARSAL).catch((error: unknown) => {
    if (codeOf(error) !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new ExpectedFailure('unable to rehearse; install the package @alcove/rehearse next to the server')
  })) as Rehearsal
  if (!(await rehearseCommand(args, print))) process.exitCode = 1
}

async function migrateCommand([option, ...more]: string[]): Promise<void> {
  const isSecretAccepted = option === '--accept-secret'
  if (more.length > 0 || (option !== undefined && !isSecretAccepted))
    throw new Usage('migrate takes --accept-secret or nothing. See: alcove help')
  const config = readConfig(process.env)
  const { database, ran } = await openForCommand(config)
  try {
    if (isSecretAccepted) await acceptSecret(database, config.secret)
  } finally {
    await database.close()
  }
  const done = [...ran, ...(isSecretAccepted ? ['the secret is accepted'] : [])]
  print(done.length > 0 ? `ran: ${done.join(', ')}` : 'nothing to do')
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

export async function main(args: string[]): Promise<void> {
  // The reader of the output may have closed it early.
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
