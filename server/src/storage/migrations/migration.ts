/** One step from a schema to the next. */
export type Migration = SchemaMigration | IndexMigration

interface Step {
  readonly id: number
  readonly name: string
}

/**
 * Runs in one transaction, whose locks block writers: only for statements that take no time, however much is stored.
 */
export interface SchemaMigration extends Step {
  /** Statements that can run again after an interruption. */
  readonly sql: string
}

/** An index on a table with rows: built while others write, however long it takes. See concurrent-index.ts. */
export interface IndexMigration extends Step {
  readonly index: IndexDefinition
}

export interface IndexDefinition {
  readonly name: string
  /** The part after the name: `on rooms (app_id, key)`. */
  readonly definition: string
  readonly isUnique?: boolean
}
