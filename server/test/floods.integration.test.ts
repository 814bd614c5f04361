/**
 * [P7] Floods from one address before anybody said who they are, against the real server: newcomers get in, and afterwards no
 * descriptor, socket or memory is left of it. Needs a build.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { connectClient, until } from './support/client.js'
import { openMachine, type Machine } from './support/machine.js'
import { createApp } from './support/node.js'
import { handshakeRequest } from './support/raw-handshake.js'
import { HAS_REDIS } from './support/redis.js'
import { alcove, openServerProcess, type ServerProcess } from './support/server-process.js'

/** Of one address, with MAX_CONNECTIONS=2000. */
const SILENT_SHARE = 2_000
/** Connections of the test itself, and what a process opens as it pleases. */
const MORE_DESCRIPTORS = 40

const descriptors = (pid: number) => readdirSync(`/proc/${pid}/fd`).length
const residentMb = (pid: number) =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024

/** Sockets of one flood, ended with it. */
class Flood {
  readonly sockets: Socket[] = []
  readonly #port: number

  constructor(port: number) {
    this.#port = port
  }

  /** Resolves when the kernel has taken what is said. */
  async open(words: string | Buffer, address = '127.0.0.1'): Promise<Socket> {
    const socket = connect({ port: this.#port, host: '127.0.0.1', localAddress: address })
    socket.on('error', () => {})
    this.sockets.push(socket)
    await new Promise<void>((resolve) => {
      socket.once('connect', () => (words.length > 0 ? socket.write(words, () => resolve()) : resolve()))
      socket.once('close', () => resolve())
    })
    return socket
  }

  async many(count: number, words: string | Buffer): Promise<void> {
    for (let done = 0; done < count; done += 200)
      await Promise.all(Array.from({ length: Math.min(200, count - done) }, () => this.open(words)))
  }

  end(): void {
    for (const socket of this.sockets.splice(0)) socket.destroy()
  }
}

const stillOpen = (flood: Flood) => flood.sockets.filter(({ destroyed }) => !destroyed).length

describe.skipIf(process.platform !== 'linux')('one node', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'alcove-floods-'))
  let server: ServerProcess
  let flood: Flood
  let quiet: number
  const app = { id: 'shop' }

  beforeAll(async () => {
    const environment = { ALCOVE_DATA_DIR: dataDir, MAX_CONNECTIONS: '2000' }
    const made = await alcove(['app', 'create', app.id, '--native-clients', 'yes'], environment)
    expect(made.code, made.stderr).toBe(0)
    server = await openServerProcess(environment)
    flood = new Flood(server.port)
    quiet = descriptors(pid())
  })
  afterAll(async () => {
    flood.end()
    await server.kill('SIGKILL')
    rmSync(dataDir, { recursive: true, force: true })
  })

  const pid = () => server.child.pid!
  const metric = async (name: string) => {
    const text = await (await fetch(`${server.url}/metrics`)).text()
    return Number(new RegExp(`^${name} (\\d+)`, 'm').exec(text)?.[1] ?? 0)
  }
  const dropped = (kind: string) => metric(`alcove_address_drops_total\\{kind="${kind}"\\}`)

  /** From the flooded address and from another one, over both transports. */
  async function newcomersGetIn(): Promise<void> {
    for (const transport of ['websocket', 'polling'] as const)
      (await connectClient(server.url, app, { socket: { transports: [transport] } })).close()
    const other = await flood.open(handshakeRequest('polling'), '127.0.0.2')
    const answer = await new Promise<string>((resolve) => other.once('data', (data) => resolve(String(data))))
    expect(answer).toMatch(/^HTTP\/1.1 200 /)
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200)
  }

  /** Nothing of the flood is left, and what it took is given back or in use again. */
  async function nothingIsLeft(): Promise<void> {
    flood.end()
    await until(() => expect(descriptors(pid())).toBeLessThan(quiet + MORE_DESCRIPTORS))
  }

  it('unnamed long-polling sessions: more than the node has places, and newcomers get in, the node is not full', async () => {
    const words = handshakeRequest('polling')
    const lines = await Promise.all(Array.from({ length: 8 }, () => flood.open(words)))
    for (const line of lines) line.resume()
    // 800 a second: below the rate of an address, which would end the flood at its beginning.
    const pouring = setInterval(() => {
      for (const line of lines) line.write(words)
    }, 10)
    try {
      await until(async () => expect(await dropped('unnamed_session')).toBeGreaterThan(500))
      await newcomersGetIn()
    } finally {
      clearInterval(pouring)
    }
    await nothingIsLeft()
  })

  it('silent connections: the address keeps its share, newcomers get in', async () => {
    await flood.many(SILENT_SHARE + 500, '')
    await until(() => expect(stillOpen(flood)).toBeLessThanOrEqual(SILENT_SHARE))
    await newcomersGetIn()
    expect(await dropped('silent_connection')).toBeGreaterThanOrEqual(500)
    await nothingIsLeft()
  })

  it('unfinished bodies count by their bytes', async () => {
    const before = await dropped('silent_connection')
    const head = 'POST /v1/rooms HTTP/1.1\r\nHost: test\r\nContent-Length: 60000\r\n\r\n'
    // 30 KB each: 70 of them are the share.
    await flood.many(150, head + 'x'.repeat(30_000))
    await until(async () => expect((await dropped('silent_connection')) - before).toBeGreaterThan(50))
    await newcomersGetIn()
    await nothingIsLeft()
  })

  it('pipelined requests for the widget, whose answers are not read: no file stays open, however they are broken off', async () => {
    const manifest = (await (await fetch(`${server.url}/widget/manifest.json`)).json()) as object
    const [bundle = ''] = /\/widget\/[\w.-]+\/alcove\.js/.exec(JSON.stringify(manifest)) ?? []
    const one = `GET ${bundle || '/embed.js'} HTTP/1.1\r\nHost: test\r\n\r\n`
    for (const count of [10, 100]) {
      for (let i = 0; i < 20; i += 1) (await flood.open(one.repeat(count))).pause()
      await newcomersGetIn()
      flood.end()
    }
    expect(await dropped('pipelining')).toBeGreaterThan(0)
    await nothingIsLeft()
  })

  it('3,000 pipelined requests for the metrics end their connection', async () => {
    const socket = await flood.open('GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(3_000))
    socket.resume()
    await until(() => expect(socket.destroyed).toBe(true))
    await newcomersGetIn()
    await nothingIsLeft()
  })

  it('messages in very many pieces end their connection, and leave no memory', async () => {
    const before = residentMb(pid())
    const piece = Buffer.concat([Buffer.from([0x00, 0x81, 0, 0, 0, 0]), Buffer.from('x')])
    const first = Buffer.concat([Buffer.from([0x01, 0x81, 0, 0, 0, 0]), Buffer.from('4')])
    const words = Buffer.concat([
      Buffer.from(handshakeRequest('websocket')),
      first,
      ...Array.from({ length: 16_000 }, () => piece),
    ])
    await flood.many(150, words)
    for (const socket of flood.sockets) socket.resume()
    await until(() => expect(stillOpen(flood)).toBe(0))
    expect(residentMb(pid()) - before).toBeLessThan(150)
    await newcomersGetIn()
    await nothingIsLeft()
  })

  it.each([
    ['pings', 0x89],
    ['pongs', 0x8a],
  ])('WebSocket %s as fast as they can be sent end their connection', async (_what, first) => {
    const before = await metric('alcove_hostile_connections_total')
    const frame = Buffer.from([first, 0x80, 0, 0, 0, 0])
    const socket = await flood.open(handshakeRequest('websocket'))
    socket.resume()
    for (let i = 0; i < 20; i += 1) socket.write(Buffer.concat(Array<Buffer>(1_000).fill(frame)))
    await until(() => expect(socket.destroyed).toBe(true))
    expect(await metric('alcove_hostile_connections_total')).toBe(before + 1)
    await newcomersGetIn()
    await nothingIsLeft()
  })

  it('a WebSocket that sends a ping or a pong now and then stays', async () => {
    const client = new WebSocket(`${server.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`)
    await new Promise((resolve) => client.once('open', resolve))
    let answered = 0
    client.on('pong', () => (answered += 1))
    for (let i = 0; i < 20; i += 1) {
      client.pong()
      client.ping()
    }
    await until(() => expect(answered).toBe(20))
    expect(client.readyState).toBe(WebSocket.OPEN)
    client.terminate()
  })

  it('a WebSocket that never says who it is, and never answers, is gone within 15 s; so is a request that drips', async () => {
    const silent = await flood.open(handshakeRequest('websocket'))
    const head = await flood.open('GET / HTTP/1.1\r\nHost: test\r\nX-Slow: ')
    const body = await flood.open('POST /v1/rooms HTTP/1.1\r\nHost: test\r\nContent-Length: 1000\r\n\r\n')
    const polling = await openPolling()
    const post = await flood.open(
      `POST /socket.io/?EIO=4&transport=polling&sid=${polling} HTTP/1.1\r\nHost: test\r\nContent-Length: 1000\r\n\r\n`,
    )
    const slow = [silent, head, body, post]
    for (const socket of slow) socket.resume()
    const dripping = setInterval(() => {
      for (const socket of [head, body, post]) if (!socket.destroyed) socket.write('x')
    }, 500)
    const start = performance.now()
    try {
      await until(() => expect(slow.map(({ destroyed }) => destroyed)).toEqual(slow.map(() => true)))
    } finally {
      clearInterval(dripping)
    }
    // Their limit is 10 s; Node looked every 30 s, and Engine.IO waited 30 s more for an answer.
    expect(performance.now() - start).toBeLessThan(20_000)
    await nothingIsLeft()
  })

  async function openPolling(): Promise<string> {
    const opened = await (await fetch(`${server.url}/socket.io/?EIO=4&transport=polling`)).text()
    return (JSON.parse(opened.slice(1)) as { sid: string }).sid
  }

  it('second WebSockets for one session are refused, not kept', async () => {
    const sid = await openPolling()
    const url = `${server.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket&sid=${sid}`
    const first = new WebSocket(url)
    await new Promise((resolve) => first.once('open', resolve))
    const second = new WebSocket(url)
    const refused = await new Promise<Error>((resolve) => second.once('error', resolve))
    expect(refused.message).toContain('400')
    first.terminate()
  })

  it('nothing guesses a type, and nobody names two hosts', async () => {
    const heads = [
      ['GET /none HTTP/1.1\r\nHost: a\r\n\r\n', 404],
      ['GET /% HTTP/1.1\r\nHost: a\r\n\r\n', 400],
      ['GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: a\r\n\r\n', 200],
      ['GET /socket.io/?EIO=4&transport=polling&sid=none HTTP/1.1\r\nHost: a\r\n\r\n', 400],
      ['GET /socket.io/% HTTP/1.1\r\nHost: a\r\n\r\n', 400],
      ['nonsense\r\n\r\n', 400],
      ['GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n', 400],
      ['GET /healthz HTTP/1.1\r\nHost: a\r\nhOST: a\r\n\r\n', 400],
      ['GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n', 400],
      [`GET /healthz HTTP/1.1\r\nHost: a\r\n${'x: y\r\n'.repeat(150)}\r\n`, 400],
    ] as const
    for (const [words, status] of heads) {
      const socket = await flood.open(words)
      const answer = await new Promise<string>((resolve) =>
        socket.once('data', (data) => resolve(String(data))),
      )
      expect([words.slice(0, 60), answer.slice(0, 12)]).toEqual([words.slice(0, 60), `HTTP/1.1 ${status}`])
      expect(answer.toLowerCase()).toContain('x-content-type-options: nosniff')
    }
    const twice = handshakeRequest('websocket').replace('Host: test', 'Host: a\r\nHost: b')
    const upgrade = await flood.open(twice)
    const answer = await new Promise<string>((resolve) =>
      upgrade.once('data', (data) => resolve(String(data))),
    )
    expect(answer).toMatch(/^HTTP\/1.1 400 /)
    await nothingIsLeft()
  })
})

describe.skipIf(process.platform !== 'linux' || !HAS_REDIS || !process.env.TEST_DATABASE_URL)(
  'two workers',
  () => {
    let machine: Machine
    let flood: Flood
    let app: { id: string }

    beforeAll(async () => {
      machine = await openMachine(2)
      app = await createApp(machine.database)
      flood = new Flood(machine.port)
    })
    afterAll(async () => {
      flood.end()
      await machine.close()
    })

    const pids = () => [machine.child.pid!, ...machine.workerPids()]
    const total = () => pids().reduce((sum, pid) => sum + descriptors(pid), 0)

    it('silent connections in the primary: newcomers of the same address get in, and nothing is left', async () => {
      ;(await connectClient(machine.url, app)).close()
      const before = total()
      // More than all addresses together may have, one by one: those that came first are dropped.
      await flood.many(5_500, '')
      for (const transport of ['websocket', 'polling'] as const)
        (await connectClient(machine.url, app, { socket: { transports: [transport] } })).close()
      // Their ends learn of it later.
      await until(() => expect(stillOpen(flood)).toBeLessThanOrEqual(5_000))
      flood.end()
      await until(() => expect(total()).toBeLessThan(before + MORE_DESCRIPTORS))
    })

    it('pipelined requests and bodies without end leave no descriptor in any process', async () => {
      const before = total()
      const one = 'GET /embed.js HTTP/1.1\r\nHost: test\r\n\r\n'
      const body = 'POST /socket.io/?sid=x HTTP/1.1\r\nHost: test\r\nContent-Length: 60000\r\n\r\n'
      for (let i = 0; i < 20; i += 1) {
        ;(await flood.open(one.repeat(100))).pause()
        await flood.open(body + 'x'.repeat(30_000))
      }
      ;(await connectClient(machine.url, app)).close()
      flood.end()
      await until(() => expect(total()).toBeLessThan(before + MORE_DESCRIPTORS))
    })

    it('the metrics are for this machine, through any worker', async () => {
      const statuses = new Set<number>()
      for (let i = 0; i < 6; i += 1) {
        expect((await fetch(`${machine.url}/metrics`)).status).toBe(200)
        const passedOn = await fetch(`${machine.url}/metrics`, { headers: { 'x-forwarded-for': '1.2.3.4' } })
        statuses.add(passedOn.status)
      }
      statuses.add((await fetch(`${machine.apiUrl}/metrics`, { headers: { via: '1.1 proxy' } })).status)
      expect([...statuses]).toEqual([404])
    })
  },
)
