/** What is measured: some nodes, and what stands behind them. Plain data, because load processes get it as a message. */
export type Target = {
  /** As in the report: "Alcove, PostgreSQL, 2 nodes". */
  readonly name: string
  readonly ports: readonly number[]
  readonly pids: Pids
  /** Where each node writes its memory when it gets SIGUSR2; see memory-probe.ts. */
  readonly memoryFiles: readonly string[]
} & (
  | { readonly kind: 'bare' }
  | { readonly kind: 'alcove'; readonly appId: string; readonly databaseUrl?: string }
)

export interface Pids {
  readonly nodes: readonly number[]
  readonly redis?: number
  /** The postmaster: its children count with it. */
  readonly postgres?: number
}
