import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { makeDirectory } from './make-directory.js'

function emptyDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'alcove-make-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  return directory
}

test('makes what is missing for its owner only, and again does nothing', () => {
  const directory = join(emptyDirectory(), 'a', 'b')
  makeDirectory(directory)
  makeDirectory(directory)
  for (const made of [directory, join(directory, '..')]) expect(statSync(made).mode & 0o777).toBe(0o700)
})

test('a file in the way is an error', () => {
  const file = join(emptyDirectory(), 'file')
  writeFileSync(file, '')
  expect(() => makeDirectory(file)).toThrow(/EEXIST/)
  expect(() => makeDirectory(join(file, 'a'))).toThrow(/ENOTDIR/)
})

test.skipIf(!existsSync('/proc/self'))('where the kernel lets nobody make any it is an error too', () => {
  expect(() => makeDirectory('/proc/nowhere')).toThrow(/ENOENT/)
  expect(() => makeDirectory('/proc/nowhere/data')).toThrow(/ENOENT/)
})
