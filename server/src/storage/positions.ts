/**
 * Positions grow with the transaction ids of the PostgreSQL they are made in (ADR 33), and those begin again where a dump is
 * restored. There they get a base above all that were made elsewhere.
 */
import type { Database } from './database.js'
import { readDeployment } from './deployment.js'

/** Once at start; any role of a node may. */
export async function settlePositions(database: Database): Promise<void> {
  const place = await readDeployment(database)
  const [row] = await database.query<{ place: string | null }>('select position_of as place from deployment')
  if (row?.place === place) return
  // Where two nodes come together, the second finds it done. A room has the base in its own row: what appends reads that.
  await database.script(`
    set local statement_timeout = 0;
    update deployment set position_of = '${place}', position_base = case when position_of is null then position_base
      else greatest(position_base, (select coalesce(max(position), 0) from rooms)) end
    where position_of is distinct from '${place}';
    update rooms set position_base = d.position_base from deployment d where rooms.position_base <> d.position_base;
  `)
}
