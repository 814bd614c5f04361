import { describe, expect, test } from 'vitest'
import { codeOf, failureKind } from './failure-kind.js'

const coded = (code: string, message = 'no') => Object.assign(new Error(message), { code })

describe('[ERROR-4] what is said before or instead of running a statement is `unavailable`', () => {
  test.each([
    ['08006', 'connection failure'],
    ['08P01', 'whatever PgBouncer has to say'],
    ['25006', 'read-only'],
    ['25P03', 'idle in a transaction for too long'],
    ['26000', 'a prepared statement of another connection'],
    ['28000', 'no pg_hba.conf entry'],
    ['28P01', 'wrong password'],
    ['3D000', 'no such database'],
    ['3F000', 'no schema to create in'],
    ['40001', 'serialization failure'],
    ['40P01', 'deadlock'],
    ['42501', 'rights taken back'],
    ['42P01', 'table away, as during a restore'],
    ['42883', 'function away'],
    ['53100', 'disk full'],
    ['53300', 'too many connections'],
    ['55000', 'database not accepting connections'],
    ['55P03', 'lock not to be had'],
    ['57014', 'statement timeout'],
    ['57P01', 'terminated by an administrator'],
    ['57P03', 'starting up'],
    ['57P05', 'idle session timeout'],
    ['58030', 'I/O error'],
    ['XX000', 'Supavisor, or a cache look-up that failed'],
    ['XX001', 'damaged page'],
  ])('SQLSTATE %s: %s', (code) => expect(failureKind(coded(code))).toBe('unavailable'))

  test.each([
    ...[
      'ECONNREFUSED',
      'ECONNRESET',
      'EPIPE',
      'ETIMEDOUT',
      'EHOSTUNREACH',
      'ENETDOWN',
      'ENOTFOUND',
      'EAI_AGAIN',
    ],
    ...[
      'EACCES',
      'EPERM',
      'ENOENT',
      'EMFILE',
      'ENFILE',
      'ENOMEM',
      'ENOBUFS',
      'ENOSPC',
      'EDQUOT',
      'EROFS',
      'EIO',
    ],
    ...['EPROTO', 'ERR_TLS_CERT_ALTNAME_INVALID', 'ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_STREAM_DESTROYED'],
    ...['SELF_SIGNED_CERT_IN_CHAIN', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    ...['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID', 'HOSTNAME_MISMATCH', 'CRL_HAS_EXPIRED'],
    ...['INVALID_CA', 'INVALID_PURPOSE', 'PATH_LENGTH_EXCEEDED'],
  ])('the system or TLS: %s', (code) => expect(failureKind(coded(code))).toBe('unavailable'))

  test.each([
    'LOADING Redis is loading the dataset in memory',
    "READONLY You can't write against a read only replica.",
    'MISCONF Redis is configured to save RDB snapshots',
    "OOM command not allowed when used memory > 'maxmemory'.",
    'CLUSTERDOWN The cluster is down',
    'MOVED 3999 127.0.0.1:6381',
    'NOAUTH Authentication required.',
    'WRONGPASS invalid username-password pair or user is disabled.',
    "NOPERM this user has no permissions to run the 'get' command",
    'ERR max number of clients reached',
    'MASTERDOWN Link with MASTER is down',
    'BUSY Redis is busy running a script.',
  ])('Redis: %s', (message) => expect(failureKind(new Error(message))).toBe('unavailable'))

  test.each([
    'Connection terminated unexpectedly',
    'timeout exceeded when trying to connect',
    'Query read timeout',
    'Client has encountered a connection error and is not queryable',
    'The server does not support SSL connections',
    'Connection is closed.',
    "Stream isn't writeable and enableOfflineQueue options is false",
    'Reached the max retries per request limit (which is 0).',
    'PGlite is closed',
  ])('a library without codes: %s', (message) => expect(failureKind(new Error(message))).toBe('unavailable'))
})

test.each([
  ['21000', 'cardinality'],
  ['22021', 'invalid byte sequence'],
  ['22P02', 'invalid text'],
  ['23503', 'foreign key violation'],
  ['23505', 'unique violation'],
  ['44000', 'check option'],
  ['54000', 'index row too large'],
  ['P0001', "raised by somebody's trigger"],
])('the data of one statement is refused: SQLSTATE %s, %s', (code) =>
  expect(failureKind(coded(code))).toBe('refused'),
)

test.each([
  coded('42601'),
  coded('42703'),
  coded('0A000'),
  coded('P0002'),
  // Of more than a known code.
  ...['080065', 'ENOENT: no such file', 'MY_ERR_TLS_', 'MY_CERT_', 'HOSTNAME_MISMATCHED'].map((code) =>
    coded(code),
  ),
  ...['INVALID_CATALOG', 'INVALID_PURPOSES', 'PATH_LENGTH_EXCEEDED_BY_ONE'].map((code) => coded(code)),
  new Error('what it says is BUSY'),
  coded('ERR_INVALID_ARG_TYPE'),
  coded('ERR_ASSERTION'),
  new TypeError("Cannot read properties of null (reading 'getTime')"),
  new Error('WRONGTYPE Operation against a key holding the wrong kind of value'),
  new Error('ERR unknown command'),
  new Error('08006'),
  Object.assign(new Error('no'), { code: 8006 }),
])('anything else is a bug: %s', (error) => expect(failureKind(error)).toBe('bug'))

test.each([undefined, null, 'ECONNREFUSED', { code: '08006' }])('what is no error is one too: %o', (thrown) =>
  expect(failureKind(thrown)).toBe('bug'),
)

test('the code of a failure is its own, its cause’s, or that of the first of several addresses', () => {
  expect(codeOf(coded('28P01'))).toBe('28P01')
  expect(codeOf(new Error('no', { cause: coded('ECONNRESET') }))).toBe('ECONNRESET')
  expect(codeOf(new AggregateError([coded('ECONNREFUSED'), coded('ENETUNREACH')]))).toBe('ECONNREFUSED')
  expect(codeOf(new Error('no'))).toBe('')
})

test('what is no code, or of no error, is none', () => {
  const numbered = Object.assign(new Error('no', { cause: coded('ECONNRESET') }), { code: 8006 })
  expect(codeOf(numbered), "its cause's").toBe('ECONNRESET')
  for (const cause of ['ECONNRESET', { code: 'ECONNRESET' }, null])
    expect(codeOf(new Error('no', { cause }))).toBe('')
  expect(codeOf({ code: '08006' })).toBe('')
  const own = new Error('no')
  own.cause = own
  expect(codeOf(own), 'an error that is its own cause').toBe('')
})
