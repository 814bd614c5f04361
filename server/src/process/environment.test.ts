import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { readSecretFiles, unknownSettings, withoutServiceLinks } from './environment.js'

function fileWith(content: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'alcove-secret-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const file = join(directory, 'secret')
  writeFileSync(file, content)
  return file
}

describe('a setting in a file', () => {
  test.each(['x y', 'x y\n', 'x y\r\n', 'x y\n\n', '\uFEFFx y\r\n\r\n', ' x y\t \n', '\nx y\r'])(
    '%j is read without what an editor puts around it',
    (content) => {
      const { environment, problems } = readSecretFiles({ DATABASE_URL_FILE: fileWith(content) })
      expect(problems).toEqual([])
      expect(environment.DATABASE_URL).toBe('x y')
    },
  )

  test('that cannot be had is a problem that names the file and the reason, never what it holds', () => {
    const file = fileWith('\uFEFF \n')
    expect(readSecretFiles({ ALCOVE_SECRET_FILE: '/no/such/file' }).problems).toEqual([
      'ALCOVE_SECRET_FILE should name a file that this process can read; /no/such/file: ENOENT',
    ])
    expect(readSecretFiles({ ALCOVE_SECRET_FILE: tmpdir() }).problems[0]).toContain('EISDIR')
    expect(readSecretFiles({ ALCOVE_SECRET_FILE: file }).problems[0]).toContain('is empty')
    const twice = readSecretFiles({ REDIS_URL_FILE: fileWith('redis://secret'), REDIS_URL: 'redis://other' })
    expect(twice.problems).toEqual([
      'REDIS_URL_FILE should not be set together with REDIS_URL: set one of them',
    ])
  })

  test('blank is unset', () => expect(readSecretFiles({ ALCOVE_SECRET_FILE: '' }).problems).toEqual([]))
})

const SETTINGS = [
  'DATABASE_URL',
  'REDIS_URL',
  'ALCOVE_DATA_DIR',
  'ALCOVE_SECRET',
  'LOG_LEVEL',
  'TRUST_PROXY',
  'MAX_CONNECTIONS',
  'WORKERS',
  'PORT',
  'HOST',
]

describe('what is no setting', () => {
  test.each([
    ['DATABASE_URI', 'DATABASE_URL'],
    ['DATABASEURL', 'DATABASE_URL'],
    ['database_url', 'DATABASE_URL'],
    ['REDIS_URI', 'REDIS_URL'],
    ['ALCOVE_DATADIR', 'ALCOVE_DATA_DIR'],
    ['TRUST_PROXIES', 'TRUST_PROXY'],
    ['MAX_CONNECTION', 'MAX_CONNECTIONS'],
    ['WORKER', 'WORKERS'],
    ['ALCOVE_SECRETFILE', 'ALCOVE_SECRET_FILE'],
    ['ALCOVE_PORT', 'PORT'],
    ['ALCOVE_HOST', 'HOST'],
    ['ALCOVE_WORKERS', 'WORKERS'],
    ['ALCOVE_REDIS_URL', 'REDIS_URL'],
    ['ALCOVE_REDIS_URI', 'REDIS_URL'],
    ['ALCOVE_DATABASE_URL', 'DATABASE_URL'],
    ['ALCOVE_DATABASE_URL_FILE', 'DATABASE_URL_FILE'],
    ['ALCOVE_LOG_LEVEL', 'LOG_LEVEL'],
    ['ALCOVE_TRUST_PROXY', 'TRUST_PROXY'],
    ['ALCOVE_MAX_CONNECTIONS', 'MAX_CONNECTIONS'],
    ['alcove_port', 'PORT'],
    ['port', 'PORT'],
    ['DATA_DIR', 'ALCOVE_DATA_DIR'],
    ['SECRET', 'ALCOVE_SECRET'],
    ['SECRET_FILE', 'ALCOVE_SECRET_FILE'],
  ])('%s is named, and %s is said to be meant', (name, meant) => {
    expect(unknownSettings({ [name]: 'x' }, SETTINGS)).toEqual([
      `${name} is no setting of Alcove and does nothing; ${meant} is one`,
    ])
  })

  test.each(['ALCOVE_COLOUR', 'ALCOVE_URI', 'ALCOVE_DEMO_PORT', 'ALCOVE_TEST_SEEDS'])(
    '%s, like no setting that an operator may set, is named alone',
    (name) =>
      expect(unknownSettings({ [name]: 'x' }, SETTINGS)).toEqual([
        `${name} is no setting of this version of Alcove and does nothing`,
      ]),
  )

  test.each([
    ['HOME', '/root'],
    ['HOSTNAME', 'node-1'],
    ['PATH', '/bin'],
    ['POST', 'x'],
    ['ALCOVE_SERVICE_HOST', '10.43.0.17'],
    ['ALCOVE_PORT', 'tcp://10.43.0.17:80'],
    ['ALCOVE_PORT_3000_TCP_ADDR', '10.43.0.17'],
    ['ALCOVE_WORKER', '1'],
    ['DATABASE_URL_FILE', '/run/secrets/db'],
    ['ALCOVE_DATADIR', ''],
  ])('%s=%s is nobody’s mistake', (name, value) =>
    expect(unknownSettings({ [name]: value }, SETTINGS)).toEqual([]),
  )

  test('whatever is set rightly is not missed: its misspelt neighbour is somebody else’s', () =>
    expect(unknownSettings({ DATABASE_URL: 'x', DATABASE_URI: 'y' }, SETTINGS)).toEqual([]))
})

test('the address of a service is no setting', () =>
  expect(withoutServiceLinks({ API_PORT: 'tcp://10.43.0.17:80', PORT: '3000' })).toEqual({ PORT: '3000' }))
