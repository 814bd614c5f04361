/** Interprets `DATABASE_URL` as `psql` would: TLS modes have the meaning of libpq, not that of the driver. */
import pg from 'pg'
import { DatabaseUnusable } from './database-unusable.js'

export interface PostgresAddress {
  connectionString: string
  host: string
  port: number
  role: string
  database: string
  isEncrypted: boolean
}

const TLS_MODES = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify']
const RESERVED =
  'In user and password write / as %2F, # as %23, ? as %3F, @ as %40, : as %3A and % as %25, as in postgres://alcove:pa%23ss@db.example:5432/alcove'
const SEVERAL_HOSTS =
  'DATABASE_URL should name one host. Put a pooler or a name that follows the primary before several'

/** @throws DatabaseUnusable, without the address, which contains a password */
export function readPostgresAddress(url: string): PostgresAddress {
  if (isMisread(url)) throw new DatabaseUnusable(`DATABASE_URL is no address. ${RESERVED}`)
  const mode = parameter(url, 'sslmode')
  if (mode !== undefined && !TLS_MODES.includes(mode))
    throw new DatabaseUnusable(`sslmode in DATABASE_URL should be one of ${TLS_MODES.join(', ')}`)
  if (mode === 'verify-ca' && !parameter(url, 'sslrootcert'))
    throw new DatabaseUnusable(
      'sslmode=verify-ca in DATABASE_URL needs the file of the CA. Add sslrootcert=/path/to/ca.pem, or use sslmode=verify-full with a public CA',
    )
  // `no-verify` is specific to the driver and only works if passed to it.
  const isOfLibpq = mode !== undefined && mode !== 'no-verify'
  const connectionString = isOfLibpq ? withParameter(url, 'uselibpqcompat', 'true') : url
  // The driver reads the address, and the files it names, when a client is created.
  const client = made(connectionString)
  // The folder of a socket may have a comma in its name.
  if (client.host.includes(',') && !client.host.startsWith('/')) throw new DatabaseUnusable(SEVERAL_HOSTS)
  return {
    connectionString,
    host: client.host,
    port: client.port,
    role: client.user ?? '',
    database: client.database ?? '',
    isEncrypted: Boolean(client.ssl),
  }
}

/** A reserved character ends its part of the address: the rest is then read as something else, sometimes silently. */
function isMisread(url: string): boolean {
  const [, rest = ''] = /^postgres(?:ql)?:\/\/(.*)$/s.exec(url) ?? []
  const authority = /^[^/?#]*/.exec(rest)?.[0] ?? ''
  return rest.includes('#') || (!authority.includes('@') && rest.includes('@'))
}

function made(connectionString: string): pg.Client {
  try {
    return new pg.Client({ connectionString })
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException
    if (path !== undefined)
      throw new DatabaseUnusable(
        `the file ${path} that DATABASE_URL names cannot be read (${code}). Check sslrootcert, sslcert and sslkey`,
      )
    if (connectionString.includes(',')) throw new DatabaseUnusable(SEVERAL_HOSTS)
    // Without the cause, which may show the address.
    throw new DatabaseUnusable(`DATABASE_URL is no address. ${RESERVED}`)
  }
}

function parameter(url: string, name: string): string | undefined {
  const start = url.indexOf('?')
  return start < 0 ? undefined : (new URLSearchParams(url.slice(start)).get(name) ?? undefined)
}

function withParameter(url: string, name: string, value: string): string {
  return parameter(url, name) === undefined ? `${url}&${name}=${value}` : url
}
