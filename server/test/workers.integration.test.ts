/** `WORKERS=n`: several nodes of one machine behind one port, with the known traps of handing connections over. */
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { createChat } from '@alcove/sdk'
import { PROTOCOL_VERSION } from '@alcove/sdk/protocol'
import { quietPort } from '@alcove/rehearse/processes/quiet-port'
import { startTcpProxy } from '@alcove/rehearse/tcp-proxy'
import { openPostgres } from '../src/storage/postgres.js'
import { codeOf, connectClient, until, type TestClient } from './support/client.js'
import { createPostgresDatabase } from './support/database.js'
import { isAlive, openMachine, startMachine, type Machine } from './support/machine.js'
import { createApp, GENEROUS, newRoomId, type TestApp } from './support/node.js'
import { seededRandom, testSeed } from './support/random.js'
import { answerOn, clientFrame, handshakeRequest, openRaw, rawHandshake } from './support/raw-handshake.js'
import { HAS_REDIS } from './support/redis.js'
import { alcove } from './support/server-process.js'

const WORKERS = 4

async function occupy(port: number): Promise<number> {
  const server = createServer().listen(port, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

describe.skipIf(!HAS_REDIS || !process.env.TEST_DATABASE_URL)('several workers', () => {
  describe('one machine', () => {
    let machine: Machine
    let app: TestApp
    beforeAll(async () => {
      machine = await openMachine(WORKERS)
      app = await createApp(machine.database, { limits: GENEROUS })
    })
    afterAll(() => machine.close())

    const get = (text: string) => {
      const socket = openRaw(machine.port)
      socket.write(text)
      return answerOn(socket)
    }

    /** A worker that is too busy to answer at once is missing in the answer: asked again. */
    const connectionsPerWorker = async () => {
      let counts: number[] = []
      await until(async () => {
        counts = [...(await machine.metric('alcove_connections')).values()]
        expect(counts).toHaveLength(WORKERS)
      })
      return counts
    }

    it('one line says that it listens, when all workers are ready', () => {
      const entries = machine.log.map((line) => JSON.parse(line) as Record<string, unknown>)
      const listening = entries.findIndex(({ msg }) => msg === 'listening')
      expect(entries[listening]).toMatchObject({ port: machine.port, host: '127.0.0.1', workers: WORKERS })
      expect(entries.slice(0, listening).filter(({ msg }) => msg === 'worker ready')).toHaveLength(WORKERS)
      expect(entries.filter(({ msg }) => msg === 'listening')).toHaveLength(1)
      expect(machine.workerPids()).toHaveLength(WORKERS)
    })

    it.each([
      ['WebSocket', ['websocket']],
      ['long-polling', ['polling']],
    ])('500 clients that connect at once over %s are spread within 1.3 to 1', async (name, transports) => {
      const startedAt = performance.now()
      const clients = await Promise.all(
        Array.from({ length: 500 }, () => connectClient(machine.url, app, { socket: { transports } })),
      )
      const tookMs = performance.now() - startedAt
      const counts = await connectionsPerWorker()
      expect(counts.reduce((sum, count) => sum + count)).toBe(500)
      const ratio = Math.max(...counts) / Math.min(...counts)
      expect(ratio).toBeLessThanOrEqual(1.3)
      console.info(
        `500 clients over ${name} in ${Math.round(tookMs)} ms: ${counts.join(', ')} (${ratio.toFixed(2)} to 1)`,
      )
      const room = newRoomId()
      for (const client of clients.slice(0, 8)) await client.must('room:join', { room })
      for (const client of clients) client.close()
      await until(async () => expect(await connectionsPerWorker()).toEqual([0, 0, 0, 0]))
    })

    it('long-polling works for 20 s: no session is unknown, every send is answered', async () => {
      const clients = await Promise.all(
        Array.from({ length: 20 }, () =>
          connectClient(machine.url, app, { socket: { transports: ['polling'] } }),
        ),
      )
      const broken: string[] = []
      for (const { socket } of clients) {
        socket.on('disconnect', (reason, details) => broken.push(`${reason} ${JSON.stringify(details)}`))
      }
      const until20s = performance.now() + 20_000
      const sends = await Promise.all(
        clients.map(async (client) => {
          const room = newRoomId()
          await client.must('room:join', { room })
          let count = 0
          for (; performance.now() < until20s; count += 1) {
            const answer = await client.ask('message:send', { room, id: randomUUID(), text: `${count}` })
            expect(codeOf(answer)).toBe('ok')
            await wait(50)
          }
          return count
        }),
      )
      expect(broken).toEqual([])
      console.info(
        `20 polling clients over ${WORKERS} workers, 20 s: ${sends.reduce((a, b) => a + b)} sends, none lost`,
      )
    })

    it('a session that begins with long-polling moves to WebSocket', async () => {
      const transports = ['polling', 'websocket']
      const clients = await Promise.all(
        Array.from({ length: 20 }, () => connectClient(machine.url, app, { socket: { transports } })),
      )
      await until(() => {
        for (const { socket } of clients) expect(socket.io.engine.transport.name).toBe('websocket')
      })
    })

    it('through the port a request of long-polling with a body is answered, one without end is not carried', async () => {
      const path = '/socket.io/?EIO=4&transport=polling&sid=nobody'
      const answer = await fetch(machine.url + path, { method: 'POST', body: 'x'.repeat(60_000) })
      expect([answer.status, answer.headers.get('connection')]).toEqual([400, 'close'])
      const endless = openRaw(machine.port)
      endless.write(`POST ${path} HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n`)
      const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`
      const closed = once(endless, 'close')
      endless.on('data', () => {})
      const timer = setInterval(() => endless.writable && endless.write(chunk), 1)
      await closed
      clearInterval(timer)
    })

    it('[P7] a WebSocket that announces a body would pass the primary for ever, and is refused', async () => {
      const socket = openRaw(machine.port)
      socket.write(handshakeRequest('websocket').replace('\r\n', '\r\nTransfer-Encoding: chunked\r\n'))
      expect((await answerOn(socket)).status).toBe(400)
    })

    it('a WebSocket whose request says that it has no body is handed over as any other', async () => {
      const socket = openRaw(machine.port)
      socket.write(handshakeRequest('websocket').replace('\r\n', '\r\ncontent-length:0\r\n'))
      expect((await answerOn(socket)).status).toBe(101)
      // More than the primary carries for anybody, in frames that mean nothing; then a ping, which is answered.
      const nothing = clientFrame(`6${'x'.repeat(1_000)}`)
      const ping = Buffer.from([0x89, 0x80, 0, 0, 0, 0])
      const pong = Buffer.from([0x8a, 0])
      let heard = Buffer.alloc(0)
      socket.on('data', (data: Buffer) => (heard = Buffer.concat([heard, data])))
      socket.write(Buffer.concat([...Array.from({ length: 300 }, () => nothing), ping]))
      await until(() => expect(heard.includes(pong)).toBe(true))
    })

    it('API_PORT goes to the workers directly: connections stay open, bodies never pass the primary, no realtime', async () => {
      const health = await fetch(`${machine.apiUrl}/healthz`)
      expect([health.status, health.headers.get('connection')]).toEqual([200, 'keep-alive'])
      const realtime = await fetch(`${machine.apiUrl}/socket.io/?EIO=4&transport=polling`)
      expect(realtime.status).toBe(404)
      const body = 'x'.repeat(40_000)
      const answers = await Promise.all(
        Array.from({ length: 50 }, () => fetch(`${machine.apiUrl}/v1/nothing`, { method: 'POST', body })),
      )
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([404]))
      expect((await fetch(`${machine.apiUrl}/metrics`)).status).toBe(200)
    })

    it('/metrics through any worker is the whole machine', async () => {
      for (let i = 0; i < WORKERS; i += 1) {
        await until(async () => {
          const text = await (await fetch(`${machine.url}/metrics`)).text()
          for (let worker = 1; worker <= WORKERS; worker += 1)
            expect(text).toContain(`alcove_connections{worker="${worker}"}`)
          expect(text).toContain(`alcove_workers ${WORKERS}`)
          expect(text.match(/# TYPE alcove_connections gauge/g)).toHaveLength(1)
        })
      }
    })

    describe('[P9] the front door', () => {
      it('takes a head in as many pieces as it comes, up to 16 KB', async () => {
        const socket = openRaw(machine.port)
        const answer = answerOn(socket)
        const head = `GET /healthz HTTP/1.1\r\nHost: test\r\nCookie: ${'c'.repeat(10_000)}\r\n\r\n`
        for (let at = 0; at < head.length; at += 1_300) {
          socket.write(head.slice(at, at + 1_300))
          await wait(2)
        }
        expect((await answer).status).toBe(200)
        expect(
          (await get(`GET /healthz HTTP/1.1\r\nHost: test\r\nCookie: ${'c'.repeat(40_000)}`)).status,
        ).toBe(431)
      })

      it('reads a split head to the session it names', async () => {
        const { body } = await rawHandshake(machine.port, 'polling', `&app=${app.id}`)
        const { sid } = JSON.parse(body.slice(1)) as { sid: string }
        for (let i = 0; i < 8; i += 1) {
          const socket = openRaw(machine.port)
          const answer = answerOn(socket)
          socket.write('POST /socket.io/?EIO=4&transport=pol')
          await wait(5)
          socket.write(`ling&sid=${sid} HTTP/1.1\r\nHost: test\r\nContent-Type: text/plain\r\nContent-Le`)
          await wait(5)
          socket.write('ngth: 1\r\n\r\n')
          await wait(5)
          socket.write('3')
          expect(await answer).toMatchObject({ status: 200, body: 'ok' })
        }
      })

      it('pipes only what long-polling sends; another request with a body is refused, and says where it belongs', async () => {
        const body = 'Content-Length: 1\r\n\r\nx'
        const requests = [
          `GET /embed.js HTTP/1.1\r\nHost: test\r\n${body}`,
          `HEAD /embed.js HTTP/1.1\r\nHost: test\r\n${body}`,
          `OPTIONS /socket.io/?EIO=4 HTTP/1.1\r\nHost: test\r\n${body}`,
          `GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: test\r\n${body}`,
          `POST /v1/rooms HTTP/1.1\r\nHost: test\r\n${body}`,
          `POST /socket.io HTTP/1.1\r\nHost: test\r\n${body}`,
          `POST //socket.io/ HTTP/1.1\r\nHost: test\r\n${body}`,
          'GET /embed.js HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n',
          'GET /embed.js HTTP/1.1\r\nHost: test\r\nX-Content-Length: 1\r\n\r\n',
          'GET /embed.js?content-length: HTTP/1.1\r\nHost: test\r\n\r\n',
        ]
        for (const request of requests) {
          const answer = await get(request)
          expect([request, answer.status]).toEqual([request, 400])
          expect(answer.body).toContain('API_PORT')
        }
        // As some proxies say of every request.
        const empty = 'GET /embed.js HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n\r\n'
        expect((await get(empty)).status).toBe(200)
      })

      it('does not wait for ever for who says nothing, or half of it', async () => {
        const silent = openRaw(machine.port)
        const half = openRaw(machine.port)
        half.write('GET /healthz HT')
        const answers = await Promise.all([answerOn(silent), answerOn(half)])
        expect(answers.map(({ status }) => status)).toEqual([408, 408])
        await until(() => expect([silent.destroyed, half.destroyed]).toEqual([true, true]))
      })

      it('outlives random bytes', async () => {
        const seed = testSeed()
        const random = seededRandom(seed)
        const pids = machine.workerPids()
        const begins = [
          '',
          'GET ',
          'GET /socket.io/?sid=',
          'POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\n',
          'POST /socket.io/ HTTP/1.1\r\nContent-Length: 9\r\n\r\n',
          handshakeRequest('websocket'),
          '\r\n\r\n',
          'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
        ]
        await Promise.all(
          Array.from({ length: 200 }, async () => {
            const socket = connect(machine.port, '127.0.0.1')
            socket.on('error', () => {}).on('data', () => {})
            // `once` of node:events would take an error for the end of the test.
            const closed = new Promise((done) => socket.once('close', done))
            socket.write(begins[Math.floor(random() * begins.length)] ?? '')
            for (let chunks = Math.floor(random() * 5); chunks > 0; chunks -= 1) {
              const bytes = Buffer.from(
                Array.from({ length: Math.floor(random() * 4_000) }, () => Math.floor(random() * 256)),
              )
              if (!socket.destroyed) socket.write(bytes)
              await wait(random() * 10)
            }
            if (random() < 0.5) socket.resetAndDestroy()
            else socket.end()
            if (random() < 0.5) socket.destroy()
            await closed
          }),
        )
        expect((await fetch(`${machine.url}/healthz`)).status, `seed ${seed}`).toBe(200)
        expect(machine.workerPids(), `seed ${seed}`).toEqual(pids)
      })
    })

    it('what a client says while its connection waits for its worker reaches the worker', async () => {
      const pids = machine.workerPids()
      const goOn = () => {
        for (const pid of pids) process.kill(pid, 'SIGCONT')
      }
      onTestFinished(goOn)
      for (const pid of pids) process.kill(pid, 'SIGSTOP')
      // Each worker gets one connection; the next waits in the primary until the worker has taken that one.
      const sockets = Array.from({ length: 3 * WORKERS }, () => openRaw(machine.port))
      const heard = sockets.map((socket) => {
        const pieces: string[] = []
        socket.on('data', (data: Buffer) => pieces.push(data.toString('latin1')))
        return pieces
      })
      const writeToAll = async (data: string | Buffer) => {
        for (const socket of sockets) socket.write(data)
        // The primary itself answers these, after what it was sent before.
        for (let turns = 0; turns < 3; turns += 1) expect((await get('x'.repeat(20_000))).status).toBe(431)
      }
      await writeToAll(handshakeRequest('websocket'))
      await writeToAll(clientFrame(`40${JSON.stringify({ protocol: PROTOCOL_VERSION, app: app.id })}`))
      goOn()
      await until(() => {
        for (const pieces of heard) expect(pieces.join('')).toContain('session:opened')
      })
    })

    it('[P9] a worker that hangs is passed over', async () => {
      const [hanging = 0] = machine.workerPids()
      process.kill(hanging, 'SIGSTOP')
      onTestFinished(() => void process.kill(hanging, 'SIGCONT'))
      const inTime = async () => {
        const late = wait(1_000).then(() => 'late')
        const answers = Array.from({ length: 8 }, () =>
          rawHandshake(machine.port, 'websocket').then(
            ({ status }) => status,
            () => 'broken',
          ),
        )
        return Promise.all(answers.map((answer) => Promise.race([answer, late])))
      }
      await until(async () => expect(await inTime()).toEqual(Array(8).fill(101)))
    })

    it('a killed worker is replaced, its clients come back, the others notice nothing', async () => {
      const clients: TestClient[] = await Promise.all(
        Array.from({ length: 40 }, () => connectClient(machine.url, app)),
      )
      const chat = createChat({ server: machine.url, app: app.id, storage: null })
      onTestFinished(() => chat.close())
      const room = await chat.join(newRoomId())
      // Not the first: it may still make up for having hung.
      const others = machine.workerPids()
      const killed = others.pop()!
      // A body on its way to each worker while one of them dies.
      const bodies = Array.from({ length: 8 }, () => {
        const socket = openRaw(machine.port)
        socket.write('POST /socket.io/?sid=x HTTP/1.1\r\nHost: test\r\nContent-Length: 100\r\n\r\nhalf')
        return socket
      })
      process.kill(killed, 'SIGKILL')
      await until(() => expect(isAlive(killed)).toBe(false))
      for (const socket of bodies) socket.destroy()
      await until(() => expect(machine.workerPids()).toHaveLength(WORKERS))
      expect(machine.workerPids()).toEqual(expect.arrayContaining(others))
      const connected = clients.filter(({ socket }) => socket.connected)
      expect(connected.length).toBeGreaterThanOrEqual(25)
      expect(connected.length).toBeLessThan(40)
      for (const client of connected) await client.must('room:leave', { room: newRoomId() })
      expect((await room.send('after')).seq).toBe(1)
      expect(machine.log.join('\n')).toMatch(/"restartInMs":\d+,"msg":"worker ended; it is replaced"/)
      expect(await connectionsPerWorker()).toHaveLength(WORKERS)
    })

    it('with nobody left it answers 503 until one is back, and nobody on the way to one who died waits for ever', async () => {
      const outcomes: Promise<string>[] = []
      const ask = () =>
        outcomes.push(
          Promise.race([
            get('GET /healthz HTTP/1.1\r\nHost: test\r\n\r\n').then(
              ({ status, headers }) => `${status} ${headers['retry-after'] ?? ''}`.trim(),
              () => 'closed',
            ),
            wait(30_000).then(() => 'hanging'),
          ]).finally(() => (underWay -= 1)),
        )
      // As many at once as a slow machine answers too.
      let underWay = 0
      const askMany = () => {
        for (let i = 0; i < 20 && underWay < 200; i += 1, underWay += 1) ask()
      }
      const timer = setInterval(askMany, 5)
      onTestFinished(() => clearInterval(timer))
      await until(() => expect(outcomes.length).toBeGreaterThan(200))
      await until(async () => {
        // Again where one is back before it was seen that nobody is there.
        for (const pid of machine.workerPids()) process.kill(pid, 'SIGKILL')
        expect(await Promise.race([outcomes.at(-30), wait(1_000)])).toBe('503 1')
      })
      clearInterval(timer)
      const seen = new Set(await Promise.all(outcomes))
      expect(seen).toContain('200')
      expect(seen).not.toContain('hanging')
      await until(() => expect(machine.workerPids()).toHaveLength(WORKERS))
      await connectClient(machine.url, app)
    })
  })

  describe('the start', () => {
    const secret = { ALCOVE_SECRET: 'a secret of the test, long enough for it' }

    it('that cannot reach the database says so once and ends', async () => {
      const { code, stdout, stderr } = await alcove(['serve'], {
        ...secret,
        DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
        REDIS_URL: 'redis://127.0.0.1:1',
        WORKERS: '3',
        MAX_CONNECTIONS: '100',
        PORT: '0',
      })
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
      expect(stderr.trim().split('\n')).toHaveLength(1)
      expect(stderr).toContain('unable to reach the database')
    })

    it.each(['PORT', 'API_PORT'])('with a %s in use says so before it makes a database', async (variable) => {
      const { url, drop } = await createPostgresDatabase()
      onTestFinished(drop)
      const port = await occupy(0)
      const { code, stderr } = await alcove(['serve'], {
        ...secret,
        DATABASE_URL: url,
        REDIS_URL: 'redis://127.0.0.1:1',
        WORKERS: '3',
        PORT: '0',
        [variable]: String(port),
      })
      expect(code).toBe(1)
      expect(stderr.trim()).toBe(`unable to listen; port ${port} is in use. Set ${variable} to another.`)
      const database = openPostgres(url)
      onTestFinished(() => database.close())
      expect(await database.query("select from pg_tables where schemaname = 'public'")).toEqual([])
    })

    it('that fails in the workers says why once and ends', async () => {
      const machine = await startMachine(1)
      const { hostname, port } = new URL(machine.environment.DATABASE_URL ?? '')
      let isReached = false
      const proxy = await startTcpProxy({
        target: () => {
          isReached = true
          return { host: hostname, port: Number(port) }
        },
      })
      onTestFinished(() => proxy.close())
      const address = new URL(machine.environment.DATABASE_URL ?? '')
      address.port = String(proxy.port)
      const apiPort = await quietPort()
      proxy.hang()
      const start = alcove(['serve'], {
        ...machine.environment,
        DATABASE_URL: address.href,
        WORKERS: '3',
        PORT: '0',
        API_PORT: String(apiPort),
      })
      // By then it has seen that the port is free.
      await until(() => expect(isReached).toBe(true))
      await occupy(apiPort)
      proxy.heal()
      const { code, stderr } = await start
      expect(code).toBe(1)
      expect(stderr.trim()).toBe(
        `unable to start; a worker failed: unable to listen; port ${apiPort} is in use. Set API_PORT to another.`,
      )
    })
  })

  describe('the end', () => {
    const start = async () => {
      const machine = await startMachine(2)
      const app = await createApp(machine.database, { limits: GENEROUS })
      const clients = await Promise.all(
        Array.from({ length: 20 }, (_, i) =>
          connectClient(machine.url, app, {
            socket: { transports: [i % 2 === 0 ? 'websocket' : 'polling'] },
          }),
        ),
      )
      return { machine, clients, pids: machine.workerPids() }
    }
    const expectTold = (clients: TestClient[]) =>
      until(() => {
        for (const client of clients)
          expect(client.factsOf('session:closing').map(({ error }) => error.code)).toEqual(['draining'])
      })

    it('by SIGTERM: every client is notified, exit 0, nothing is left', async () => {
      const { machine, clients, pids } = await start()
      expect(await machine.kill('SIGTERM')).toEqual({ code: 0, signal: null })
      await expectTold(clients)
      expect(pids.filter(isAlive)).toEqual([])
    })

    it.each([
      ['Ctrl-C', 'SIGINT'],
      ['a terminal that is closed', 'SIGHUP'],
    ] as const)('by %s, which reaches every process, and twice: the same', async (_, signal) => {
      const { machine, clients, pids } = await start()
      for (const pid of pids) process.kill(pid, signal)
      machine.child.kill(signal)
      expect(await machine.kill(signal)).toEqual({ code: 0, signal: null })
      await expectTold(clients)
      expect(pids.filter(isAlive)).toEqual([])
    })

    it('of the primary alone ends the workers, after their clients were notified', async () => {
      const { machine, clients, pids } = await start()
      expect(await machine.kill('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' })
      await until(() => expect(pids.filter(isAlive)).toEqual([]))
      await expectTold(clients.filter((_, i) => i % 2 === 0))
    })
  })
})
