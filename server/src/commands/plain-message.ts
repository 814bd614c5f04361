/** Mistakes of whoever runs the command, told without a stack. */
import { RedisUnusable } from '../cluster/check-redis.js'
import { BadConfiguration } from '../config.js'
import { CannotRehearse } from '../rehearse/cannot-rehearse.js'
import { StorageUnavailable } from '../storage/database.js'
import { DatabaseUnusable } from '../storage/database-unusable.js'
import { DirectoryInUse } from '../storage/directory-lock.js'
import { DirectoryUnusable } from '../storage/directory-unusable.js'
import { DifferentSecret } from '../storage/secret-fingerprint.js'
import { WorkerFailed } from '../workers/supervisor.js'
import { Usage } from './usage.js'

export function plainMessage(error: unknown): string | undefined {
  if (error instanceof Usage || error instanceof BadConfiguration || error instanceof DirectoryInUse)
    return error.message
  if (error instanceof DirectoryUnusable || error instanceof CannotRehearse) return error.message
  if (error instanceof RedisUnusable || error instanceof DifferentSecret) return error.message
  if (error instanceof WorkerFailed) return `unable to start; a worker failed: ${error.message}`
  if (error instanceof DatabaseUnusable) return error.message
  if (error instanceof StorageUnavailable) return `unable to reach the database; ${error.reason}`
  if (!(error instanceof Error) || !('code' in error)) return undefined
  // Of the HTTP port for the API an error says so; see api-port.ts.
  const variable = 'variable' in error ? String(error.variable) : 'PORT'
  if (error.code === 'EADDRINUSE')
    return `unable to listen; port ${'port' in error ? String(error.port) : ''} is in use. Set ${variable} to another.`
  if (/^E(NOTFOUND|ADDRNOTAVAIL|AI_AGAIN|ACCES)$/.test(String(error.code)))
    return `unable to listen; ${error.message}. HOST should be an address of this machine, ${variable} one it may use.`
  return undefined
}
