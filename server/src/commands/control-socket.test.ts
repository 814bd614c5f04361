import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createLogger } from '../process/logger.js'
import type { AppRepository, AppRow } from '../storage/app-repository.js'
import { openControlSocket, reachRunningServer } from './control-socket.js'

const log = createLogger('silent')

function emptyDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'alcove-control-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

function inMemory(): AppRepository {
  const rows = new Map<string, AppRow>()
  return {
    find: (id) => Promise.resolve(rows.get(id)),
    findByDigest: () => Promise.resolve(undefined),
    list: () => Promise.resolve([...rows.values()]),
    create: (row) => Promise.resolve(!rows.has(row.id) && !!rows.set(row.id, row)),
    updateSettings: (id, settings) => {
      const row = rows.get(id)
      if (!row) return Promise.reject(new Error('no such app'))
      rows.set(id, { ...row, settings })
      return Promise.resolve()
    },
  }
}

async function opened(to = log) {
  const directory = emptyDirectory()
  const close = await openControlSocket(directory, inMemory(), to)
  onTestFinished(close)
  return { directory, close, apps: (await reachRunningServer(directory))! }
}

test('the command does through the server what it would do with the database', async () => {
  const { apps } = await opened()
  const row = { id: 'shop', secret: 's', settings: { origins: ['https://shop.example'] } }
  expect(await apps.find('shop')).toBeUndefined()
  expect(await apps.create(row)).toBe(true)
  expect(await apps.create(row)).toBe(false)
  await apps.updateSettings('shop', { guests: false })
  expect(await apps.list()).toEqual([{ ...row, settings: { guests: false } }])
})

test('a command that succeeds leaves nothing in the log of the server; one that fails does', async () => {
  const lines: string[] = []
  const { apps } = await opened(createLogger('trace', { write: (line: string) => void lines.push(line) }))
  expect(await apps.list()).toEqual([])
  expect(lines).toEqual([])
  await expect(apps.updateSettings('none', {})).rejects.toThrow()
  expect(lines).toEqual([expect.stringContaining('no such app')])
})

test('a client that connects without a request only checks whether a server is running', async () => {
  const lines: string[] = []
  const { directory } = await opened(
    createLogger('trace', { write: (line: string) => void lines.push(line) }),
  )
  const socket = connect(join(directory, 'control', 'socket'))
  let answer = ''
  socket.on('data', (data: Buffer) => (answer += data.toString()))
  socket.end()
  await once(socket, 'close')
  expect([answer, lines]).toEqual(['', []])
})

test('a failure is reported in the server’s words', async () => {
  const { apps } = await opened()
  await expect(apps.updateSettings('none', {})).rejects.toThrow(
    'the running server could not do this; no such app',
  )
})

test('nobody but the owner may connect', async () => {
  const { directory } = await opened()
  expect(statSync(join(directory, 'control')).mode & 0o777).toBe(0o700)
})

test('without a server there is nobody to reach; what a killed one left is in nobody’s way', async () => {
  const { directory, close } = await opened()
  await close()
  expect(await reachRunningServer(directory)).toBeUndefined()
  expect(await reachRunningServer(emptyDirectory())).toBeUndefined()
  onTestFinished(await openControlSocket(directory, inMemory(), log))
  expect(await reachRunningServer(directory)).toBeDefined()
})

describe('what no command says', () => {
  test.each([
    ['another call', '{"call":"findByDigest","args":["x"]}\n'],
    ['a call of every object', '{"call":"constructor","args":[]}\n'],
    ['no arguments', '{"call":"list"}\n'],
    ['nothing', 'null\n'],
    ['no JSON', 'GET / HTTP/1.1\n'],
    ['no line', 'x'.repeat(1024 * 1024 + 2)],
    ['half a line', '{"call":'],
  ])('%s is refused, and the next one is served', async (_, text) => {
    const { directory, apps } = await opened()
    const socket = connect(join(directory, 'control', 'socket'))
    await once(socket, 'connect')
    socket.end(text)
    let answer = ''
    socket.on('data', (data: Buffer) => (answer += data.toString()))
    await once(socket, 'close')
    expect(JSON.parse(answer)).toMatchObject({ ok: false })
    expect(await apps.list()).toEqual([])
  })
})
