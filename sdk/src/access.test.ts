import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { httpAccess } from './access.js'
import type { ChatError } from './errors.js'

async function answerOf(listener: RequestListener): Promise<ChatError | undefined> {
  const http = createServer(listener)
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => (http.closeAllConnections(), void http.close()))
  const { port } = http.address() as AddressInfo
  return httpAccess(new URL(`http://127.0.0.1:${port}`), 'demo')(AbortSignal.timeout(20_000))
}

const saying = (status: number, body: string, type = 'application/problem+json') =>
  answerOf((_request, response) => response.writeHead(status, { 'content-type': type }).end(body))

const problem = (status: number, code: string) =>
  saying(status, JSON.stringify({ code, detail: `unable to connect; ${code}`, retryAfterMs: 2_000 }))

it.each([
  [403, 'origin_not_allowed'],
  [404, 'unknown_app'],
])('%i %s stays until somebody changes it, and is final', async (status, code) => {
  expect(await problem(status, code)).toMatchObject({
    code,
    retryable: false,
    message: `unable to connect; ${code}`,
  })
})

it.each([
  [503, 'draining'],
  [503, 'overloaded'],
  [503, 'unavailable'],
  [429, 'too_many_connections'],
])('%i %s passes by itself, and says when to come back', async (status, code) => {
  expect(await problem(status, code)).toMatchObject({ code, retryable: true, retryAfterMs: 2_000 })
})

it.each([
  [429, 'rate_limited'],
  [500, 'internal'],
  [401, 'token_invalid'],
  [403, 'forbidden'],
  [400, 'invalid_request'],
  [503, 'closed'],
  [503, 'of_the_future'],
  [503, 'constructor'],
])('%i %s says nothing about the connection', async (status, code) => {
  expect(await problem(status, code)).toBeUndefined()
})

it.each([
  [502, '<html><title>502 Bad Gateway</title></html>', 'text/html'],
  [403, '<html>Forbidden by the proxy</html>', 'text/html'],
  [404, 'not here', 'text/plain'],
  [503, '', 'application/json'],
  [503, 'null', 'application/json'],
  [503, '"draining"', 'application/json'],
  [503, '[]', 'application/json'],
  [503, '{"code":7}', 'application/json'],
  [200, '<html>a captive portal</html>', 'text/html'],
])('%i %s from a proxy in between says nothing', async (status, body, type) => {
  expect(await saying(status, body, type)).toBeUndefined()
})

it('a connection that breaks says nothing', async () => {
  expect(await answerOf(({ socket }) => socket.destroy())).toBeUndefined()
})

it('a detail that is no text is replaced', async () => {
  const said = await saying(404, JSON.stringify({ code: 'unknown_app', detail: { html: '<b>' } }))
  expect(said?.message).toBe('unable to connect; not allowed')
})
