/** Mistakes of the command's user, reported without a stack. */
import { ExpectedFailure } from '../errors/expected-failure.js'
import { StorageUnavailable } from '../errors/storage-errors.js'

export function plainMessage(error: unknown): string | undefined {
  if (error instanceof ExpectedFailure) return error.message
  if (error instanceof StorageUnavailable) return `unable to reach the database; ${error.reason}`
  if (!(error instanceof Error) || !('code' in error)) return undefined
  // Errors about the API's own port say so; see api-port.ts.
  const variable = 'variable' in error ? String(error.variable) : 'PORT'
  if (error.code === 'EADDRINUSE')
    return `unable to listen; port ${'port' in error ? String(error.port) : ''} is in use. Set ${variable} to another.`
  if (/^E(NOTFOUND|ADDRNOTAVAIL|AI_AGAIN|ACCES)$/.test(String(error.code)))
    return `unable to listen; ${error.message}. HOST should be an address of this machine, ${variable} one it may use.`
  return undefined
}
