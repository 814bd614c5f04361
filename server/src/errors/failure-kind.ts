/**
 * What a failure of a database, of Redis or of the network says about the request that met it: the one table. Decided by
 * code; by words only where a library gives none. What is said to the client about it is errors.ts's.
 */

/**
 * `unavailable`: said before or instead of doing what was asked, so the same request may succeed later. `refused`: the
 * data of this one request is not taken, now or later. `bug`: nothing that is expected of a sound program.
 */
export type FailureKind = 'unavailable' | 'refused' | 'bug'

/**
 * SQLSTATE by its longest known beginning. https://www.postgresql.org/docs/current/errcodes-appendix.html
 * PgBouncer says all it has to say with 08P01, Supavisor with XX000.
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
  // Our statements are fixed and found their tables at the start: a restore is putting them back, or `search_path` moved.
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
 * A name, a route, a socket, a file, memory: the operating system said no, whatever its reason. Not Node's own `ERR_…`,
 * of which only those of TLS and of a stream that ended under its user are no mistake of ours.
 */
const SYSTEM_CODE = /^E(?!RR_)[A-Z][A-Z0-9_]*$/
const NODE_CODE = /^ERR_(?:TLS_|SSL_|OSSL_|SOCKET_|STREAM_(?:DESTROYED|PREMATURE_CLOSE|WRITE_AFTER_END))/
/** OpenSSL's verdicts on a certificate, as Node names them. */
const CERTIFICATE_CODE =
  /^(?:CERT_|CRL_|UNABLE_TO_|ERROR_IN_C|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_MISMATCH$|INVALID_(?:CA|PURPOSE)$|PATH_LENGTH_EXCEEDED$)/

/** The first word of what Redis answers while it cannot do what it is asked, whatever that was. */
const REDIS_REPLY =
  /^(?:LOADING|READONLY|MISCONF|OOM|CLUSTERDOWN|TRYAGAIN|MOVED|ASK|MASTERDOWN|NOREPLICAS|BUSY|NOAUTH|WRONGPASS|NOPERM|UNKILLABLE|ERR max number of clients reached)\b/

/** Of `pg`, of ioredis and of PGlite, which have no codes for these. */
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

/** SQLSTATE, or the system's code, of this error or of the one that caused it; '' where neither has one. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return ''
  if ('code' in error && typeof error.code === 'string') return error.code
  // Of several addresses of one name, the first speaks for all.
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : error.cause
  return inner === undefined || inner === error ? '' : codeOf(inner)
}
