/** The failures of a database, by the remedy they need (ADR 27). */
import { codeOf } from './failure-kind.js'

/** The database cannot answer just now. Whether the statement took effect is not known. */
export class StorageUnavailable extends Error {
  override readonly name = 'StorageUnavailable'
  /** The SQLSTATE or system code; '' if there is none. */
  readonly code: string
  /** The error of the database or the network, without the statement's data. */
  readonly reason: string
  /** `connection`: there was no connection to send the statement on. `statement`: it failed, or was never answered. */
  readonly stage: 'connection' | 'statement'
  constructor(cause: unknown, stage: StorageUnavailable['stage'] = 'statement') {
    const reason = cause instanceof Error ? cause.message : String(cause)
    super(`database unavailable; ${reason}`, { cause })
    this.code = codeOf(cause)
    this.reason = reason
    this.stage = stage
  }
}

/**
 * The database does not accept the data of this statement, now or later. Carries no details, which would repeat the
 * data.
 */
export class StorageRefused extends Error {
  override readonly name = 'StorageRefused'
  readonly code: string
  constructor(cause: unknown) {
    const code = codeOf(cause)
    super(`database refused the data; SQLSTATE ${code}`)
    this.code = code
  }
}
