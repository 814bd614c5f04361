/**
 * Pages of the server's own origin, of an app without native clients, where no WebSocket gets through: browsers name no
 * origin in same-origin GETs, and over plain http say nothing at all. And pages that would like to pass for such.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer as createHttpServer, request, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { chromium, expect, test, type Browser, type Page } from '@playwright/test'
import { CHROMIUM_ARGUMENTS, findChromium } from '../../scripts/lib/chromium.mjs'
import { ChatServer } from './chat-server.js'
import { RoomView } from './room-view.js'

const closers: (() => Promise<unknown>)[] = []
let browser: Browser
let chat: ChatServer
/** What the polling requests said of themselves, as they arrived. */
const polls: { origin: string | undefined; site: string | undefined; url: string; status: number }[] = []
let overTls = ''
let overHttp = ''
/** The same server under a name nobody gave it. */
let rebound = ''
let foreign = ''

/** Ends TLS without a word about it, takes `/chat` off the path, and refuses every upgrade. */
const forward: RequestListener = (incoming, answer) => {
  const { method, headers } = incoming
  const url = incoming.url!.replace(/^\/chat\//, '/')
  if (url === '/page') {
    const server = `https://${headers.host}/chat`
    answer.setHeader('content-type', 'text/html')
    answer.end(
      `<!doctype html><script async src="/embed.js" data-server="${server}" data-app="own" data-room="prefixed"></script>`,
    )
    return
  }
  const outgoing = request(chat.url + url, { method, headers }, (response) => {
    const { origin, 'sec-fetch-site': site } = headers as Record<string, string | undefined>
    if (url.includes('transport=polling')) polls.push({ origin, site, url, status: response.statusCode! })
    answer.writeHead(response.statusCode!, response.headers)
    response.pipe(answer)
  })
  outgoing.on('error', () => answer.destroy())
  incoming.pipe(outgoing)
}

async function listen(server: Server): Promise<number> {
  server.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 403 Forbidden\r\n\r\n'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(
    () => (server.closeAllConnections(), new Promise((resolve) => server.close(() => resolve(undefined)))),
  )
  return (server.address() as AddressInfo).port
}

async function certificate(): Promise<{ key: Buffer; cert: Buffer }> {
  const directory = await mkdtemp(join(tmpdir(), 'alcove-tls-'))
  closers.push(() => rm(directory, { recursive: true, force: true }))
  const [key, cert] = [join(directory, 'key'), join(directory, 'cert')]
  const subject = ['-subj', '/CN=chat.test', '-newkey', 'rsa:2048', '-nodes', '-days', '2']
  await promisify(execFile)('openssl', ['req', '-x509', ...subject, '-keyout', key, '-out', cert])
  return { key: await readFile(key), cert: await readFile(cert) }
}

test.beforeAll(async () => {
  const executablePath = findChromium()
  browser = await chromium.launch({
    args: [...CHROMIUM_ARGUMENTS, '--host-resolver-rules=MAP *.test 127.0.0.1'],
    ...(executablePath && { executablePath }),
  })
  closers.push(() => browser.close())
  overTls = `https://chat.test:${await listen(createTlsServer(await certificate(), forward))}`
  const port = await listen(createHttpServer(forward))
  overHttp = `http://plain.test:${port}`
  rebound = `http://rebound.test:${port}`
  const strangers = createHttpServer((_request, response) =>
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>x</title>'),
  )
  foreign = `http://foreign.test:${await listen(strangers)}`
  const origins = [overTls, overHttp].flatMap((origin) => ['--add-origin', origin])
  chat = await ChatServer.start([
    ['own', ...origins],
    ['open', ...origins, '--native-clients', 'yes'],
  ])
  closers.push(() => chat.close())
})
test.afterAll(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

const contexts: (() => Promise<void>)[] = []
test.afterEach(async () => {
  for (const close of contexts.splice(0)) await close()
})

async function visit(url: string): Promise<{ page: Page; room: RoomView }> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, locale: 'en-GB' })
  contexts.push(() => context.close())
  const page = await context.newPage()
  await page.goto(url)
  return { page, room: new RoomView(page.locator('chat-room')) }
}

for (const [name, origin, site] of [
  ['behind TLS that nobody mentions', () => overTls, 'same-origin'],
  ['over plain http', () => overHttp, undefined],
] as const)
  test(`a page of the server's own origin polls ${name}, also after a drain and a restart`, async () => {
    polls.length = 0
    const { page, room } = await visit(`${origin()}/r/own/${new URL(origin()).hostname}`)
    await room.send('before')
    expect(polls[0], 'otherwise this shows nothing').toMatchObject({ origin: undefined, site })
    const refusals: string[] = []
    page.on('response', (it) => it.status() === 403 && refusals.push(it.url()))
    await chat.stop()
    await room.write('in between')
    await chat.run()
    await expect(room.pending).toHaveCount(0, { timeout: 90_000 })
    await room.expectSent('in between')
    expect(refusals).toEqual([])
  })

test("a page of the server's own origin polls under a path", async () => {
  const { room } = await visit(`${overTls}/page`)
  await room.send('under a path')
})

test("on a full node a page of the server's own origin waits, and comes in when there is room", async () => {
  await chat.stop()
  await chat.run({ MAX_CONNECTIONS: '1' })
  const first = await visit(`${overTls}/r/own/nook`)
  await first.room.send('mine')
  const second = await visit(`${overTls}/r/own/nook`)
  await expect(second.room.element).toContainText('Chat is busy right now')
  await chat.stop()
  await chat.run()
  await second.room.expectTexts(['mine'])
})

test('a page whose name was bent to this server is not its own', async () => {
  for (const app of ['own', 'open']) {
    const { room } = await visit(`${rebound}/r/${app}/lobby`)
    await expect(room.element).toContainText('Chat isn’t available here yet')
  }
})

test('a foreign page reads nothing by a script, a form or an image, of an app with native clients too', async () => {
  const { page } = await visit(foreign)
  const address = (server: string, more: string) =>
    `${server}/socket.io/?EIO=4&transport=polling&app=open${more}`
  for (const server of [overTls, overHttp, chat.url]) {
    const read = await page.evaluate(
      (src) =>
        new Promise<string>((resolve) => {
          const script = document.createElement('script')
          Object.assign(window, { ___eio: [(packet: string) => resolve(packet)] })
          script.onload = script.onerror = () => resolve('nothing')
          script.src = src
          document.head.append(script)
        }),
      address(server, '&j=0'),
    )
    expect(read).toBe('nothing')
  }
  for (const element of ['img', 'script', 'iframe']) {
    await page.evaluate(
      ([name, src]) => document.body.append(Object.assign(document.createElement(name), { src })),
      [element, address(overTls, `&by=${element}`)] as const,
    )
    const asked = () => polls.find(({ url }) => url.endsWith(`&by=${element}`))
    await expect.poll(asked, element).toMatchObject({ origin: undefined, site: 'cross-site', status: 403 })
  }
})
