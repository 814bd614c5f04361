import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { main } from './main.js'

const { exitCode } = process
afterEach(() => {
  process.exitCode = exitCode
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})

async function answerOf(
  line: string,
): Promise<{ out: string; error: string; code: typeof process.exitCode }> {
  const written = { out: '', error: '' }
  vi.spyOn(process.stdout, 'on').mockReturnThis()
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => !!(written.out += String(text)))
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => !!(written.error += String(text)))
  await main(line.split(' '))
  return { ...written, code: process.exitCode }
}

test.each([
  ['sevre', 'sevre is no command of alcove; did you mean serve? See: alcove help\n'],
  ['apps list', 'apps is no command of alcove; did you mean app? See: alcove help\n'],
  [
    'doctor',
    'doctor is no command of alcove; there are: serve, migrate, app, token, rehearse, version, help. See: alcove help\n',
  ],
  [
    'app bogus',
    'app bogus is no command of alcove; there are: app create, app list, app show, app update. See: alcove help\n',
  ],
])('alcove %s is answered in a line, with the nearest command there is', async (line, error) => {
  expect(await answerOf(line)).toEqual({ out: '', error, code: 2 })
})

test.each(['help', '--help', 'app --help', 'app update shop -h'])(
  'alcove %s shows all commands',
  async (line) => {
    const { out, error } = await answerOf(line)
    expect(out).toContain('alcove app show <id>')
    expect(error).toBe('')
  },
)

test.each(['app list', 'app show shop', 'app update shop --guests no', 'token shop ada'])(
  'alcove %s where no database is names the directory, and makes none',
  async (line) => {
    const parent = mkdtempSync(join(tmpdir(), 'alcove-elsewhere-'))
    onTestFinished(() => rmSync(parent, { recursive: true }))
    const directory = join(parent, 'data')
    vi.stubEnv('ALCOVE_DATA_DIR', directory)
    vi.stubEnv('DATABASE_URL', undefined)
    const { out, error, code } = await answerOf(line)
    expect({ out, code }).toEqual({ out: '', code: 1 })
    expect(error).toMatch(/^unable to open the embedded database in \S+; there is none\. .*\n$/)
    expect(error).toContain(directory)
    expect(error).toContain('ALCOVE_DATA_DIR')
    expect(existsSync(directory)).toBe(false)
  },
)
