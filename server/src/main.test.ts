import { afterEach, expect, test, vi } from 'vitest'
import { main } from './main.js'

const { exitCode } = process
afterEach(() => {
  process.exitCode = exitCode
  vi.restoreAllMocks()
})

async function answerOf(
  line: string,
): Promise<{ out: string; error: string; code: typeof process.exitCode }> {
  const written = { out: '', error: '' }
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
