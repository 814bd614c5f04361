import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { BadConfiguration, readConfig, readSettings } from './config.js'

function emptyDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'alcove-config-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  return directory
}

function problemsOf(environment: NodeJS.ProcessEnv): readonly string[] {
  try {
    readConfig(environment)
  } catch (error) {
    if (error instanceof BadConfiguration) return error.problems
    throw error
  }
  return []
}

const SECRET = 'x'.repeat(32)

describe('reading', () => {
  test('nothing set is a node for oneself', () => {
    const config = readConfig({ ALCOVE_SECRET: SECRET })
    expect(config).toMatchObject({
      port: 3000,
      host: '127.0.0.1',
      databaseUrl: undefined,
      trustProxy: 0,
      logLevel: 'info',
      createDemo: false,
    })
    expect(config.dataDir).toBe(join(process.cwd(), 'data'))
  })

  test('blank is unset', () => {
    const blank = { PORT: '', DATABASE_URL: '', REDIS_URL: '', WORKERS: '', TRUST_PROXY: '', LOG_LEVEL: '' }
    expect(readConfig({ ...blank, ALCOVE_SECRET: SECRET })).toEqual(readConfig({ ALCOVE_SECRET: SECRET }))
  })

  test('all problems are reported together, each with its variable and the correction', () => {
    const problems = problemsOf({
      PORT: '65536',
      DATABASE_URL: 'mysql://db',
      REDIS_URL: 'http://cache',
      WORKERS: '0',
      TRUST_PROXY: 'yes',
      LOG_LEVEL: 'loud',
    })
    const named = [
      'PORT',
      'DATABASE_URL',
      'REDIS_URL',
      'WORKERS',
      'TRUST_PROXY',
      'LOG_LEVEL',
      'ALCOVE_SECRET',
    ]
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual(named)
    for (const problem of problems) expect(problem).toMatch(/^[A-Z_]+ should be .+/)
  })

  test.each([
    ['PORT', '-1'],
    ['PORT', '3000.5'],
    ['PORT', '0x10'],
    ['ALCOVE_SECRET', 'short'],
    ['TRUST_PROXY', '11'],
  ])('%s=%s is a problem', (name, value) => {
    expect(problemsOf({ ALCOVE_SECRET: SECRET, [name]: value })).toHaveLength(1)
  })

  test.each([
    ['PORT', 'abc', 'PORT should be a port from 0 (any free one) to 65535; it is "abc"'],
    ['API_PORT', '70000', 'API_PORT should be a port from 0 (any free one) to 65535; it is "70000"'],
    [
      'WORKERS',
      '0',
      'WORKERS should be a number from 1 to 64: how many nodes run on this machine; it is "0"',
    ],
    [
      'MAX_CONNECTIONS',
      'many',
      'MAX_CONNECTIONS should be a number from 1 to 1000000: how many connections one node takes; it is "many"',
    ],
    [
      'TRUST_PROXY',
      'true',
      'TRUST_PROXY should be a number from 0 to 10: how many proxies stand in front; it is "true"',
    ],
    [
      'LOG_LEVEL',
      'loud',
      'LOG_LEVEL should be one of fatal, error, warn, info, debug, trace, silent; it is "loud"',
    ],
    ['ALCOVE_CREATE_DEMO', 'yes', 'ALCOVE_CREATE_DEMO should be 0 or 1; it is "yes"'],
  ])('%s=%s is told with the rule and the value', (name, value, problem) =>
    expect(problemsOf({ ALCOVE_SECRET: SECRET, [name]: value })).toEqual([problem]),
  )

  test('a long value is cut', () =>
    expect(problemsOf({ ALCOVE_SECRET: SECRET, PORT: 'x'.repeat(10_000) })[0]!.length).toBeLessThan(200))

  test.each(['ALCOVE_SECRET', 'DATABASE_URL', 'REDIS_URL'])('the value of %s is never shown', (name) => {
    const problems = problemsOf({ ALCOVE_SECRET: SECRET, [name]: 'hunter2' })
    expect(problems).toEqual([expect.stringMatching(new RegExp(`^${name} should be `))])
    expect(problems.join()).not.toContain('hunter2')
  })

  test('what this version does not know yet is named, so that nobody waits for admin pages', () => {
    const config = readConfig({ ALCOVE_SECRET: SECRET, ADMIN_USER: 'ada', ADMIN_PASSWORD: 'x' })
    expect(config.warnings.map((warning) => warning.split(' ')[0])).toEqual(['ADMIN_USER', 'ADMIN_PASSWORD'])
  })

  test('a secret may stand in a file, and an address of a service is no port', () => {
    const file = join(emptyDirectory(), 'secret')
    writeFileSync(file, `${SECRET}\n`)
    const config = readConfig({ ALCOVE_SECRET_FILE: file, API_PORT: 'tcp://10.43.0.17:80' })
    expect(config).toMatchObject({ secret: SECRET, apiPort: undefined, warnings: [] })
    const database = { DATABASE_URL: 'postgres://db/alcove' }
    expect(problemsOf({ ...database, ALCOVE_SECRET_FILE: file })).toEqual([])
    expect(problemsOf({ ...database, ALCOVE_SECRET_FILE: `${file}.missing` })[0]).toContain('ENOENT')
  })

  test('a misspelt setting is named', () =>
    expect(readConfig({ ALCOVE_SECRET: SECRET, DATABASE_URI: 'postgres://db/alcove' }).warnings).toEqual([
      'DATABASE_URI is no setting of Alcove and does nothing; DATABASE_URL is one',
    ]))

  test('several workers need what they share', () => {
    const shared = { REDIS_URL: 'redis://cache', DATABASE_URL: 'postgres://db/alcove' }
    const named = (environment: NodeJS.ProcessEnv) =>
      problemsOf({ ALCOVE_SECRET: SECRET, WORKERS: '4', ...environment }).map(
        (problem) => problem.split(' ')[0],
      )
    expect(named({})).toEqual(['REDIS_URL', 'DATABASE_URL'])
    expect(named({ REDIS_URL: shared.REDIS_URL })).toEqual(['DATABASE_URL'])
    expect(named(shared)).toEqual([])
    expect(readConfig({ ALCOVE_SECRET: SECRET, WORKERS: '4', ...shared })).toMatchObject({
      workers: 4,
      redisUrl: 'redis://cache',
    })
  })

  test.each([
    'redis://h:6379/1',
    'rediss://u:p@h',
    'redis+sentinel://a:1,b:2/main',
    'redis+cluster://a:1,b:2',
  ])('%s is an address of Redis', (url) =>
    expect(readConfig({ ALCOVE_SECRET: SECRET, REDIS_URL: url }).redisUrl).toBe(url),
  )

  test('several nodes on one database must share a secret', () => {
    const url = 'postgres://user:hunter2@db/alcove'
    expect(problemsOf({ DATABASE_URL: url })).toEqual([expect.stringMatching(/^ALCOVE_SECRET should be set/)])
    expect(problemsOf({ DATABASE_URL: url }).join()).not.toContain('hunter2')
    expect(readConfig({ DATABASE_URL: url, ALCOVE_SECRET: SECRET }).databaseUrl).toBe(url)
  })
})

describe('the generated secret', () => {
  test('is long, kept, and readable by its owner only', () => {
    const directory = join(emptyDirectory(), 'new')
    const { secret } = readConfig({ ALCOVE_DATA_DIR: directory })
    expect(secret.length).toBeGreaterThanOrEqual(64)
    expect(readConfig({ ALCOVE_DATA_DIR: directory }).secret).toBe(secret)
    expect(statSync(join(directory, 'secret')).mode & 0o777).toBe(0o600)
    expect(statSync(directory).mode & 0o777).toBe(0o700)
    expect(readdirSync(directory), 'nothing else is left').toEqual(['secret'])
  })

  test('differs from directory to directory', () => {
    const [one, two] = [emptyDirectory(), emptyDirectory()]
    expect(readConfig({ ALCOVE_DATA_DIR: one }).secret).not.toBe(readConfig({ ALCOVE_DATA_DIR: two }).secret)
  })

  test('is not made where one is given', () => {
    const directory = emptyDirectory()
    readConfig({ ALCOVE_DATA_DIR: directory, ALCOVE_SECRET: SECRET })
    expect(readdirSync(directory)).toEqual([])
  })

  test('is not made by those who only read the settings', () => {
    const directory = emptyDirectory()
    expect(readSettings({ ALCOVE_DATA_DIR: directory })).toMatchObject({
      dataDir: directory,
      secret: undefined,
    })
    expect(readdirSync(directory)).toEqual([])
  })

  test.each(['', 'half'])('cut short (%j) it is refused: anyone could sign guests with it', (content) => {
    const directory = emptyDirectory()
    writeFileSync(join(directory, 'secret'), content)
    expect(problemsOf({ ALCOVE_DATA_DIR: directory })).toEqual([
      expect.stringMatching(/^ALCOVE_DATA_DIR should hold a whole secret/),
    ])
    expect(readFileSync(join(directory, 'secret'), 'utf8'), 'and not replaced').toBe(content)
  })

  test('a directory that cannot be used is a problem, not a crash', () => {
    const directory = emptyDirectory()
    writeFileSync(join(directory, 'file'), '')
    expect(problemsOf({ ALCOVE_DATA_DIR: join(directory, 'file', 'data') })).toEqual([
      expect.stringMatching(/^ALCOVE_DATA_DIR should be a directory this process may write to/),
    ])
    const unreadable = emptyDirectory()
    readConfig({ ALCOVE_DATA_DIR: unreadable })
    chmodSync(join(unreadable, 'secret'), 0)
    // Root reads everything.
    if (process.getuid?.() !== 0) expect(problemsOf({ ALCOVE_DATA_DIR: unreadable })).toHaveLength(1)
  })
})
