/** A database whose setup cannot be used: one sentence for the operator, with the line to change. */
import { ExpectedFailure } from '../errors/expected-failure.js'

export class DatabaseUnusable extends ExpectedFailure {
  override readonly name = 'DatabaseUnusable'
  /** @param problem "reason. What to do" @param unreached the error of a database that was never spoken to */
  constructor(problem: string, unreached?: unknown) {
    super(`unable to ${unreached === undefined ? 'use' : 'reach'} the database; ${problem}`, {
      cause: unreached,
    })
  }
}
