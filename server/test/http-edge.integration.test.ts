/** [P9] What the HTTP port answers to requests that no client of ours sends, byte by byte. */
import { expect, it } from 'vitest'
import { until } from './support/client.js'
import { worldFor } from './support/node.js'
import { answerOn, clientFrame, handshakeRequest, openRaw, rawHandshake } from './support/raw-handshake.js'

const world = worldFor('pglite')

const port = () => Number(new URL(world.node.url).port)

/** Resolves with the first answer. */
const ask = (request: string) => {
  const socket = openRaw(port())
  socket.write(request)
  return answerOn(socket)
}

const polling = (method: string, sid: string, more = '') =>
  `${method} /socket.io/?EIO=4&transport=polling&sid=${sid} HTTP/1.1\r\nHost: test\r\n${more}\r\n`

async function openPolling(): Promise<string> {
  const { body } = await rawHandshake(port(), 'polling')
  return (JSON.parse(body.slice(1)) as { sid: string }).sid
}

/** A POST whose body is not complete, taken by the server. */
async function beginPost(sid: string) {
  const socket = openRaw(port())
  const answer = answerOn(socket)
  socket.write(polling('POST', sid, 'Content-Length: 100\r\n') + '3')
  const isTaken = async () => (await ask(polling('POST', sid, 'Content-Length: 1\r\n') + '3')).status === 400
  await until(async () => expect(await isTaken()).toBe(true))
  return { socket, answer }
}

it('a second POST of a long-polling session is refused, and session and first POST go on', async () => {
  const sid = await openPolling()
  const { socket, answer } = await beginPost(sid)
  const second = await ask(polling('POST', sid, 'Content-Length: 1\r\n') + '3')
  expect(second.status).toBe(400)
  expect(JSON.parse(second.body)).toMatchObject({ code: 'invalid_request' })
  socket.write('x'.repeat(99))
  expect(await answer).toMatchObject({ status: 200, body: 'ok' })
})

it('POSTs one after the other are taken, also on one connection', async () => {
  const sid = await openPolling()
  const socket = openRaw(port())
  for (let i = 0; i < 5; i += 1) {
    const answer = answerOn(socket)
    socket.write(polling('POST', sid, 'Content-Length: 1\r\n') + '3')
    expect(await answer).toMatchObject({ status: 200, body: 'ok' })
    socket.removeAllListeners('close')
  }
})

it.each<[string, (sid: string) => unknown]>([
  [
    'an upgrade completes',
    async (sid) => {
      const socket = openRaw(port())
      socket.write(handshakeRequest('websocket', `&sid=${sid}`))
      expect((await answerOn(socket)).status).toBe(101)
      socket.write(clientFrame('5'))
    },
  ],
  ['two polls overlap', (sid) => [1, 2].forEach(() => openRaw(port()).write(polling('GET', sid)))],
  [
    'a poll breaks off',
    async (sid) => {
      const poll = openRaw(port())
      await new Promise<void>((sent) => poll.write(polling('GET', sid), () => sent()))
      await ask('GET /healthz HTTP/1.1\r\nHost: test\r\n\r\n')
      poll.destroy()
    },
  ],
])('an open POST is answered, not reset, when %s', async (_name, end) => {
  const sid = await openPolling()
  const { answer } = await beginPost(sid)
  await end(sid)
  const { status, headers } = await answer
  expect(status).toBe(400)
  expect(headers.connection).toBe('close')
})

it.each([
  'EIO=4&transport=websocket&transport=polling',
  'EIO=4&transport=polling&transport=polling',
  'EIO=4&Transport=websocket&transport=polling',
  'EIO=4&EIO=4&transport=polling',
  'EIO=3&eio=4&transport=polling',
  'EIO=4&transport=polling&s%69d=x',
  'EIO=4&transport=polling&%73id=x',
  'EIO=4&transport=polling&sid=&sid=x',
  'EIO=4&transport=polling&SID=x',
  'EIO=4&tr%61nsport=polling',
  'EIO=4&transport=poll%69ng',
  'EIO=4&transport=polling&sid=%78',
  'EIO=4&transport=polling&app=one&app=two',
  'EIO=4&transport=polling&%61pp=one',
  'EIO=4&transport=polling&transport',
])('a query that a proxy reads in another way is refused: %s', async (query) => {
  for (const method of ['GET', 'OPTIONS']) {
    const origin = 'Origin: http://site.example\r\nAccess-Control-Request-Method: POST\r\n'
    const answer = await ask(`${method} /socket.io/?${query} HTTP/1.1\r\nHost: test\r\n${origin}\r\n`)
    expect(answer.status, method).toBe(400)
    expect(answer.body).toContain('in one way')
  }
  const upgrade = handshakeRequest('websocket').replace('EIO=4&transport=websocket', query)
  expect((await ask(upgrade)).status).toBe(400)
})

it('other names may come twice or encoded', async () => {
  const answer = await ask(handshakeRequest('polling', '&t=a&t=b&connection=%61&r%6fom=x&%FF&&=&app=a%62c'))
  expect(answer.status).toBe(200)
})

it('methods that Engine.IO does not know are 405, with a session and without', async () => {
  const sid = await openPolling()
  for (const method of ['OPTIONS', 'PUT', 'DELETE', 'TRACE'])
    for (const request of [polling(method, sid), handshakeRequest('polling').replace('GET', method)]) {
      const answer = await ask(request)
      expect([method, answer.status, answer.headers.allow]).toEqual([method, 405, 'GET, POST'])
    }
  const head = await fetch(`${world.node.url}/socket.io/?EIO=4&transport=polling&sid=${sid}`, {
    method: 'HEAD',
  })
  expect(head.status).toBe(405)
  expect((await ask(polling('POST', sid, 'Content-Length: 1\r\n') + '3')).status).toBe(200)
})

it('an expectation that nobody meets is refused once, and ends its connection', async () => {
  const one = 'GET / HTTP/1.1\r\nHost: test\r\nExpect: x\r\n\r\n'
  const socket = openRaw(port())
  const closed = new Promise((done) => socket.once('close', done))
  let text = ''
  socket.on('data', (data: Buffer) => (text += data.toString('latin1')))
  socket.write(one.repeat(5_000))
  await closed
  expect(text.match(/HTTP\/1\.1 417 /g)?.length ?? 0).toBeLessThanOrEqual(1)
  const answer = await ask(one)
  expect(answer).toMatchObject({ status: 417, headers: { connection: 'close', 'cache-control': 'no-store' } })
  expect(JSON.parse(answer.body)).toMatchObject({ code: 'invalid_request', status: 417 })
})

it('no failure may be kept by a cache', async () => {
  const sid = await openPolling()
  const requests = [
    'GET /widget/9.9.9/alcove.js HTTP/1.1\r\nHost: a\r\n\r\n',
    'GET /metrics HTTP/1.1\r\nHost: evil.example\r\n\r\n',
    'GET /% HTTP/1.1\r\nHost: a\r\n\r\n',
    'GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n',
    'nonsense\r\n\r\n',
    `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
    handshakeRequest('polling', '&sid=none'),
    handshakeRequest('polling', '&j=0'),
    'GET /socket.io/?EIO=3&transport=polling HTTP/1.1\r\nHost: a\r\n\r\n',
    'GET /socket.io/?EIO=4&transport=none HTTP/1.1\r\nHost: a\r\n\r\n',
    polling('PUT', sid),
  ]
  for (const request of requests) {
    const { status, headers } = await ask(request)
    expect([request.slice(0, 60), status >= 400, headers['cache-control']]).toEqual([
      request.slice(0, 60),
      true,
      'no-store',
    ])
  }
})
