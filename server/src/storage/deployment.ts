/**
 * Identifies the deployment of a database: all nodes on one database form one deployment and share their part of Redis
 * with nobody else. A dump restored elsewhere is another deployment, such as staging on a copy of production.
 */
import { createHash } from 'node:crypto'
import type { Database } from './database.js'

/** 60 bits: enough for all deployments that ever share a Redis, and short in every key and channel. */
const NAME_LENGTH = 15

/** @returns its name, letters and digits */
export async function readDeployment(database: Database): Promise<string> {
  const [row] = await database.query<{ id: string; place: string }>(
    'select id, oid::text as place from deployment, pg_database where datname = current_database()',
  )
  if (!row) throw new Error('unable to use this database; its table deployment is empty. Run: alcove migrate')
  return createHash('sha256')
    .update([row.id, row.place, await readServer(database)].join(' '))
    .digest('hex')
    .slice(0, NAME_LENGTH)
}

/** A promoted replica keeps it. If reading it is not permitted, that holds for all nodes. */
async function readServer(database: Database): Promise<string> {
  const [{ may } = { may: false }] = await database.query<{ may: boolean }>(
    "select has_function_privilege('pg_control_system()', 'execute') as may",
  )
  if (!may) return ''
  const [row] = await database.query<{ server: string }>(
    'select system_identifier::text as server from pg_control_system()',
  )
  return row?.server ?? ''
}
