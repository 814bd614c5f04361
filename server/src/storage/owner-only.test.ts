import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { restrictDataDirectory } from './owner-only.js'

const modeOf = (path: string): number => statSync(path).mode & 0o777

/** As a volume that is opened to a group. */
function openDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'alcove-modes-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  for (const file of ['secret', 'demo-app.json', 'notes of the operator']) {
    writeFileSync(join(directory, file), 'x')
    chmodSync(join(directory, file), 0o660)
  }
  mkdirSync(join(directory, 'control'))
  for (const folder of ['control', '']) chmodSync(join(directory, folder), 0o770)
  return directory
}

test('what is ours in the data directory is for its owner only; the rest is the operator’s', () => {
  const directory = openDirectory()
  expect(restrictDataDirectory(directory)).toEqual([])
  expect(modeOf(join(directory, 'secret'))).toBe(0o600)
  expect(modeOf(join(directory, 'demo-app.json'))).toBe(0o600)
  expect(modeOf(join(directory, 'control'))).toBe(0o700)
  expect(modeOf(join(directory, 'notes of the operator'))).toBe(0o660)
  expect(modeOf(directory)).toBe(0o770)
})

test('what a link leads to stays as it is', () => {
  const directory = openDirectory()
  rmSync(join(directory, 'secret'))
  symlinkSync(join(directory, 'notes of the operator'), join(directory, 'secret'))
  expect(restrictDataDirectory(directory)).toEqual([])
  expect(modeOf(join(directory, 'notes of the operator'))).toBe(0o660)
})

test('a mode that cannot be changed, or is not kept, is a sentence with the file and the reason', () => {
  const directory = openDirectory()
  const refuse = (path: string) => {
    throw Object.assign(new Error(`EPERM: operation not permitted, chmod '${path}'`), { code: 'EPERM' })
  }
  expect(restrictDataDirectory(directory, refuse)[0]).toBe(
    `${join(directory, 'secret')} is open to others, and that could not be changed (EPERM)`,
  )
  expect(restrictDataDirectory(directory, () => {})).toHaveLength(3)
})
