import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import * as files from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { DirectoryInUse, lockDirectory } from './directory-lock.js'

vi.mock('node:fs/promises', { spy: true })
afterEach(() => void vi.mocked(files.link).mockReset())

function emptyDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'alcove-lock-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  return directory
}

const filesIn = (directory: string) => readdirSync(join(directory, 'lock')).sort()

/** What a killed owner leaves: a socket nobody listens on, made by a process that really was killed. */
async function leaveStaleLock(directory: string, generation = 1): Promise<void> {
  const folder = join(directory, 'lock')
  mkdirSync(folder, { recursive: true })
  const script = `require('node:net').createServer().listen('own', () => {
    require('node:fs').linkSync('own', 'lock.${generation}'); console.log('locked') })`
  const owner = spawn(process.execPath, ['-e', script], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] })
  await once(owner.stdout, 'data')
  await expect(lockDirectory(directory), 'while it lives').rejects.toBeInstanceOf(DirectoryInUse)
  owner.kill('SIGKILL')
  await once(owner, 'exit')
  rmSync(join(folder, 'own'))
}

describe('one owner', () => {
  test('a second opener is refused in plain words, and leaves nothing', async () => {
    const directory = emptyDirectory()
    const unlock = await lockDirectory(directory)
    await expect(lockDirectory(directory)).rejects.toThrow(/another Alcove process is using it.*DATABASE_URL/)
    await expect(lockDirectory(directory)).rejects.toBeInstanceOf(DirectoryInUse)
    expect(filesIn(directory)).toEqual(['lock.1'])
    await unlock()
  })

  test('a released lock is free, and its number is not used again', async () => {
    const directory = emptyDirectory()
    for (let generation = 1; generation <= 3; generation += 1) {
      const unlock = await lockDirectory(directory)
      expect(filesIn(directory)).toEqual([`lock.${generation}`])
      await unlock()
    }
  })

  test('two directories are two locks', async () => {
    const [unlockOne, unlockTwo] = [
      await lockDirectory(emptyDirectory()),
      await lockDirectory(emptyDirectory()),
    ]
    await unlockOne()
    await unlockTwo()
  })

  test('a directory that does not exist yet is made', async () => {
    const directory = join(emptyDirectory(), 'new', 'data')
    const unlock = await lockDirectory(directory)
    expect(existsSync(directory)).toBe(true)
    await unlock()
  })

  test('Node still follows links to modules', async () => {
    const directory = realpathSync(emptyDirectory())
    mkdirSync(join(directory, 'real'))
    for (const path of ['first.cjs', 'real/second.cjs'])
      writeFileSync(join(directory, path), 'module.exports = __filename')
    symlinkSync('real', join(directory, 'link'))
    const require = createRequire(join(directory, 'first.cjs'))
    require('./first.cjs')
    // Whatever Node saw last in the tests before.
    statSync(directory)
    const unlock = await lockDirectory(directory)
    expect(require('./link/second.cjs')).toBe(join(directory, 'real', 'second.cjs'))
    await unlock()
  })

  test('a path too long for a socket is refused in plain words', async () => {
    await expect(lockDirectory(join(emptyDirectory(), 'x'.repeat(120)))).rejects.toThrow(/too long/)
  })
})

describe('a killed owner', () => {
  test('is replaced at once', async () => {
    const directory = emptyDirectory()
    await leaveStaleLock(directory, 41)
    const unlock = await lockDirectory(directory)
    expect(filesIn(directory)).toEqual(['lock.42'])
    await unlock()
  })

  test('of 20 openers racing for its lock exactly one wins', async () => {
    const directory = emptyDirectory()
    await leaveStaleLock(directory)
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => lockDirectory(directory)))
    const won = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
    const lost = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [outcome.reason as Error] : [],
    )
    expect(won).toHaveLength(1)
    for (const error of lost) expect(error).toBeInstanceOf(DirectoryInUse)
    expect(filesIn(directory)).toEqual(['lock.2'])
    await won[0]?.()
  })

  test('many openers that come and go never own it together', async () => {
    const directory = emptyDirectory()
    let owners = 0
    let turns = 0
    const comeAndGo = async () => {
      for (let tries = 0; tries < 30; tries += 1) {
        const unlock = await lockDirectory(directory).catch((error: unknown) => {
          if (!(error instanceof DirectoryInUse)) throw error
        })
        if (!unlock) continue
        turns += 1
        expect((owners += 1), 'owners at the same time').toBe(1)
        await new Promise((done) => setImmediate(done))
        owners -= 1
        await unlock()
      }
    }
    await Promise.all(Array.from({ length: 8 }, comeAndGo))
    expect(turns).toBeGreaterThan(1)
  })

  test('who was asleep while two others came and went does not take a number cleared away meanwhile', async () => {
    const directory = emptyDirectory()
    await leaveStaleLock(directory, 5)
    let owner: (() => Promise<void>) | undefined
    // Asleep between the look and the link.
    vi.mocked(files.link).mockImplementationOnce(async (from, to) => {
      const unlock = await lockDirectory(directory)
      await unlock()
      owner = await lockDirectory(directory)
      expect(filesIn(directory).filter((name) => name.startsWith('lock'))).toEqual(['lock.7'])
      linkSync(from, to)
    })
    await expect(lockDirectory(directory)).rejects.toBeInstanceOf(DirectoryInUse)
    expect(filesIn(directory)).toEqual(['lock.7'])
    await owner?.()
  })
})
