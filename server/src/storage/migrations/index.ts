/** All migrations, oldest first. A landed one is never edited: add the next. */
import { initial } from './0001-initial.js'

export interface Migration {
  readonly id: number
  readonly name: string
  /** Statements that may run again after being cut off half way. */
  readonly sql: string
}

export const MIGRATIONS: readonly Migration[] = [initial]
