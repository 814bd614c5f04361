/** One step from a schema to the next. */
export interface Migration {
  readonly id: number
  readonly name: string
  /** Statements that may run again after being cut off half way. */
  readonly sql: string
}
