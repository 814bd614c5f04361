/** What a database can say instead of an answer, sorted by what helps (ADR 27). */
import { codeOf } from './failure-kind.js'

/** The database cannot answer just now. Whether the statement took effect is not known. */
export class StorageUnavailable extends Error {
  override readonly name = 'StorageUnavailable'
  /** SQLSTATE, or the system's code; '' where there is none. */
  readonly code: string
  /** What the database or the network said, without what the statement carried. */
  readonly reason: string
  /** `connection`: there was none to send the statement on. `statement`: the database answered it, or never did. */
  readonly stage: 'connection' | 'statement'
  constructor(cause: unknown, stage: StorageUnavailable['stage'] = 'statement') {
    const reason = cause instanceof Error ? cause.message : String(cause)
    super(`database unavailable; ${reason}`, { cause })
    this.code = codeOf(cause)
    this.reason = reason
    this.stage = stage
  }
}

/** The database does not take the data of this statement, now or later. Says no more: its words would repeat the data. */
export class StorageRefused extends Error {
  override readonly name = 'StorageRefused'
  readonly code: string
  constructor(cause: unknown) {
    const code = codeOf(cause)
    super(`database refused the data; SQLSTATE ${code}`)
    this.code = code
  }
}
