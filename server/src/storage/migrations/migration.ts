/** One step from a schema to the next. */
export type Migration = SchemaMigration | IndexMigration

interface Step {
  readonly id: number
  readonly name: string
}

/** One transaction. What it locks, nobody writes to meanwhile: for what takes no time, however much is stored. */
export interface SchemaMigration extends Step {
  /** Statements that may run again after being cut off half way. */
  readonly sql: string
}

/** An index on a table that has rows: built while others write, which takes as long as it takes. See concurrent-index.ts. */
export interface IndexMigration extends Step {
  readonly index: IndexDefinition
}

export interface IndexDefinition {
  readonly name: string
  /** What stands behind the name: `on rooms (app_id, key)`. */
  readonly definition: string
  readonly isUnique?: boolean
}
