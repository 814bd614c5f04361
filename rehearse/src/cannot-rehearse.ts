/** A rehearsal that could not begin, and why: one line, without a stack. Nothing is said about the cluster. */
import { ExpectedFailure } from '@alcove/server/internal/errors/expected-failure'

export class CannotRehearse extends ExpectedFailure {
  override readonly name = 'CannotRehearse'
  /** @param reason what is missing */
  constructor(reason: string) {
    super(`unable to rehearse; ${reason}`)
  }
}
