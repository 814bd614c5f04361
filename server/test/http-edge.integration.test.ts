/** [P9] What the HTTP port answers to requests that no client of ours sends, byte by byte. */
import { expect, it } from 'vitest'
import { worldFor } from './support/node.js'
import { answerOn, handshakeRequest, openRaw } from './support/raw-handshake.js'

const world = worldFor('pglite')

const port = () => Number(new URL(world.node.url).port)

/** Resolves with the first answer. */
const ask = (request: string) => {
  const socket = openRaw(port())
  socket.write(request)
  return answerOn(socket)
}

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
