/** Calls that nobody awaits, in a Node program of their own: by default Node ends one for an unhandled rejection. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, it } from 'vitest'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'alcove-unawaited-'))
  const source = (path: string) => fileURLToPath(new URL(`../src/${path}`, import.meta.url))
  await build({
    entryPoints: { sdk: source('index.ts'), testing: source('testing/index.ts') },
    outdir: folder,
    bundle: true,
    platform: 'node',
    conditions: ['alcove:source'],
    format: 'esm',
    outExtension: { '.js': '.mjs' },
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)",
    },
  })
})
afterAll(() => rm(folder, { recursive: true }))

/** Without a `try` and without an `await`, as a bot is written. `server` and `chat` are there, `room` is joined. */
const SHAPES: Record<string, string> = {
  'connect, then close': `chat.connect(); chat.close()`,
  'connect, refused': `server.refuseHandshake('forbidden'); chat.connect()`,
  'connect after close': `chat.close(); chat.connect()`,
  'connect to a server that is not there': `
    const away = createChat({ server: 'http://127.0.0.1:1', app: 'demo' })
    away.connect(); away.join('lobby'); setTimeout(() => away.close(), 200)`,
  'join, refused': `server.refuseNextJoin('room_full'); chat.join('lobby')`,
  'join, then close': `chat.join('lobby'); chat.close()`,
  'join of no room id': `chat.join('no room id'); chat.join(7)`,
  'send, then close': `room.send('hi'); chat.close()`,
  'send, then leave': `room.send('hi'); room.leave()`,
  'send, refused': `server.refuseNextSend('forbidden'); room.send('hi')`,
  'send of nothing, of too much, of anything': `room.send(''); room.send('x'.repeat(9_000)); room.send(7); room.send()`,
  'send into a room that was left': `room.leave(); room.send('hi')`,
  'send with a connection that is cut': `server.goOffline(); room.send('hi'); setTimeout(() => chat.close(), 50)`,
  'more sends than an outbox holds': `server.goOffline(); for (let i = 0; i < 200; i++) room.send('hi'); chat.close()`,
  'edit, then close': `room.edit('x', 'hi'); room.delete('y'); chat.close()`,
  'edit, then leave': `room.edit('x', 'hi'); room.delete('y'); room.leave()`,
  'edit and delete, refused': `room.edit('x', 'hi'); room.delete('y')`,
  'edit of nothing, and to nothing': `room.edit(); room.edit('x'); room.edit('x', ''); room.delete(); room.delete('x', { reason: 7 })`,
  'edit with a connection that is cut': `server.goOffline(); room.edit('x', 'hi'); room.edit('x', 'ho'); room.discard('x'); room.delete('x')`,
  'edit and delete in a room that was left': `room.leave(); room.edit('x', 'hi'); room.delete('x')`,
  'retry of nothing': `room.retry('nothing')`,
  'leave, refused, and leave again': `server.goOffline(); room.leave(); room.leave()`,
  'markRead, loadOlder on a connection that is cut': `server.goOffline(); room.markRead(); room.loadOlder(); room.loadOlder(0)`,
  'setName of nothing, and without a connection': `chat.setName(''); server.goOffline(); chat.setName('Ada'); chat.setName(5)`,
  'close twice': `chat.close(); chat.close()`,
  'a token function that throws': `
    const signed = createChat({ server: 'http://127.0.0.1:1', app: 'demo', token: () => { throw new Error('no') } })
    signed.connect(); signed.join('lobby'); setTimeout(() => signed.close(), 50)`,
  'a promise of a promise': `(async () => room.send(''))().catch(() => {}); Promise.resolve(room.leave())`,
}

it('no call that nobody awaits ends a program, in any shape', async () => {
  const script = join(folder, 'bot.mjs')
  await writeFile(
    script,
    `
    import { createChat } from './sdk.mjs'
    import { createFakeServer } from './testing.mjs'
    const unhandled = []
    process.on('unhandledRejection', (reason) => unhandled.push(String(reason)))
    const shapes = {${Object.entries(SHAPES)
      .map(([name, code]) => `${JSON.stringify(name)}: (server, chat, room) => {${code}\n}`)
      .join(',')}}
    const found = {}
    for (const [name, play] of Object.entries(shapes)) {
      const server = createFakeServer()
      const chat = server.createChat()
      const room = /^(connect|join|close)/.test(name) ? undefined : await chat.join('lobby')
      play(server, chat, room)
      await new Promise((done) => setTimeout(done, 20))
      await chat.close()
      await new Promise((done) => setTimeout(done, 20))
      if (unhandled.length) found[name] = unhandled.splice(0)
    }
    await new Promise((done) => setTimeout(done, 300))
    if (unhandled.length) found.later = unhandled
    console.log(JSON.stringify(found))`,
  )
  const { stdout } = await promisify(execFile)(process.execPath, [script], { timeout: 60_000 })
  expect(JSON.parse(stdout)).toEqual({})
})

it('who awaits still gets the rejection', async () => {
  const script = join(folder, 'awaiting.mjs')
  await writeFile(
    script,
    `
    import { createFakeServer } from './testing.mjs'
    const server = createFakeServer()
    const chat = server.createChat()
    const room = await chat.join('lobby')
    server.goOffline()
    const sent = room.send('hi')
    await new Promise((done) => setTimeout(done, 20))
    await chat.close()
    // Caught a while after it was rejected.
    await new Promise((done) => setTimeout(done, 20))
    console.log((await sent.catch((error) => error)).code)
    await room.send('too late')`,
  )
  const ended = await promisify(execFile)(process.execPath, [script], { timeout: 60_000 }).catch(
    (error: { stdout: string; stderr: string; code: number }) => error,
  )
  expect(ended).toMatchObject({ code: 1, stdout: 'closed\n' })
  expect(ended.stderr).toContain('unable to send message')
})
