/** Who is measured, by the short names that the command line and the result file use. */
import type { TargetKind } from './targets/start-target.js'

export const CONTENDERS = {
  bare: { kind: 'bare', adapter: false, nodes: 1 },
  'bare-redis-1': { kind: 'bare', adapter: true, nodes: 1 },
  'bare-redis-2': { kind: 'bare', adapter: true, nodes: 2 },
  'bare-redis-3': { kind: 'bare', adapter: true, nodes: 3 },
  'postgres-1': { kind: 'alcove', database: 'postgres', nodes: 1 },
  'postgres-2': { kind: 'alcove', database: 'postgres', nodes: 2 },
  'postgres-3': { kind: 'alcove', database: 'postgres', nodes: 3 },
  pglite: { kind: 'alcove', database: 'pglite', nodes: 1 },
} as const satisfies Record<string, TargetKind>

export type Contender = keyof typeof CONTENDERS

export const isContender = (name: string): name is Contender => Object.hasOwn(CONTENDERS, name)
