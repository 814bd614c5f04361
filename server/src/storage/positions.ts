/**
 * Positions grow with the transaction ids of their PostgreSQL server (ADR 33), which start over where a dump is
 * restored. There they get a base above all earlier positions.
 */
import type { Database } from './database.js'
import { readDeployment } from './deployment.js'

/** Runs once at startup, and needs no more than a node's usual privileges. */
export async function settlePositions(database: Database): Promise<void> {
  const place = await readDeployment(database)
  const [row] = await database.query<{ place: string | null }>('select position_of as place from deployment')
  if (row?.place === place) return
  // If two nodes start together, the second finds it done. Each room has the base in its own row, which appends read.
  await database.script(`
    set local statement_timeout = 0;
    update deployment set position_of = '${place}', position_base = case when position_of is null then position_base
      else greatest(position_base, (select coalesce(max(position), 0) from rooms)) end
    where position_of is distinct from '${place}';
    update rooms set position_base = d.position_base from deployment d where rooms.position_base <> d.position_base;
  `)
}
