/**
 * What a failure of a database, of Redis or of the network means for the request that met it, in one table. Decided by
 * code, and by message only if a library has no codes. refusal.ts words it for the client.
 */

/**
 * `unavailable`: the work was not done, and the same request may succeed later. `refused`: the data of this request is
 * not accepted, now or later. `bug`: nothing that a correct program should cause.
 */
export type FailureKind = 'unavailable' | 'refused' | 'bug'

/**
 * SQLSTATE by its longest known prefix. https://www.postgresql.org/docs/current/errcodes-appendix.html PgBouncer
 * reports everything with 08P01, Supavisor with XX000.
 */
const SQL_STATES: Readonly<Record<string, FailureKind>> = {
  '08': 'unavailable', // connection
  '21': 'refused', // cardinality
  '22': 'refused', // data
  '23': 'refused', // constraint
  '25': 'unavailable', // transaction state: read-only, idle too long, left broken by a pooler
  '26': 'unavailable', // a prepared statement that the pooler's other connection has not
  '28': 'unavailable', // who may connect: password, pg_hba.conf
  '3D': 'unavailable', // no such database
  '3F': 'unavailable', // no such schema
  '40': 'unavailable', // serialization, deadlock
  '42501': 'unavailable', // rights were taken back
  // Our statements are fixed and found their tables at startup: a restore is in progress, or `search_path` has changed.
  '42P01': 'unavailable', // no such table
  '42883': 'unavailable', // no such function
  '44': 'refused', // with check option
  '53': 'unavailable', // disk full, out of memory, too many connections
  '54': 'refused', // too large for an index or a row
  '55': 'unavailable', // object not in the right state: database closed to connections, lock not to be had
  '57': 'unavailable', // an operator stepped in: shutdown, starting up, cancelled, timed out
  '58': 'unavailable', // input and output
  F0: 'unavailable', // the server's own configuration
  P0001: 'refused', // raised by somebody's trigger
  XX: 'unavailable', // the server's own fault: damaged page, cache look-up failed
}
const SQL_STATE_PATTERN = /^[0-9A-Z]{5}$/

/**
 * A name, a route, a socket, a file, memory: the operating system refused, for whatever reason. Node's own `ERR_…`
 * codes do not count, except those of TLS and of a stream that ended while in use: the others are bugs of ours.
 */
const SYSTEM_CODE = /^E(?!RR_)[A-Z][A-Z0-9_]*$/
const NODE_CODE = /^ERR_(?:TLS_|SSL_|OSSL_|SOCKET_|STREAM_(?:DESTROYED|PREMATURE_CLOSE|WRITE_AFTER_END))/
/** OpenSSL's certificate errors, as Node names them. */
const CERTIFICATE_CODE =
  /^(?:CERT_|CRL_|UNABLE_TO_|ERROR_IN_C|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_MISMATCH$|INVALID_(?:CA|PURPOSE)$|PATH_LENGTH_EXCEEDED$)/

/** The first word of Redis' reply while it cannot execute any such command. */
const REDIS_REPLY =
  /^(?:LOADING|READONLY|MISCONF|OOM|CLUSTERDOWN|TRYAGAIN|MOVED|ASK|MASTERDOWN|NOREPLICAS|BUSY|NOAUTH|WRONGPASS|NOPERM|UNKILLABLE|ERR max number of clients reached)\b/

/** Messages of `pg`, ioredis and PGlite, which have no codes for these. */
const SENTENCES =
  /connection terminated|timeout exceeded|timeout expired|query read timeout|not queryable|connection error|connection is closed|stream isn't writeable|max retries per request|command timed out|pglite is closed|does not support ssl connections|cannot use a pool after/i

export function failureKind(error: unknown): FailureKind {
  if (!(error instanceof Error)) return 'bug'
  const code = codeOf(error)
  if (SYSTEM_CODE.test(code) || NODE_CODE.test(code) || CERTIFICATE_CODE.test(code)) return 'unavailable'
  if (SQL_STATE_PATTERN.test(code)) return kindOfState(code)
  return REDIS_REPLY.test(error.message) || SENTENCES.test(error.message) ? 'unavailable' : 'bug'
}

function kindOfState(code: string): FailureKind {
  for (let length = code.length; length >= 2; length--) {
    const kind = SQL_STATES[code.slice(0, length)]
    if (kind) return kind
  }
  return 'bug'
}

/** The SQLSTATE or system code of this error or its cause; '' if neither has one. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return ''
  if ('code' in error && typeof error.code === 'string') return error.code
  // If a name has several addresses, the first error represents them all.
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : error.cause
  return inner === undefined || inner === error ? '' : codeOf(inner)
}
