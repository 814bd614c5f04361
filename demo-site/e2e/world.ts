/** What a test file plays in: a chat server, the demo site, and pages of strangers, each on an origin of its own. */
import { createServer, type Server } from 'node:http'
import { test, type BrowserContext, type Page } from '@playwright/test'
import { startDemoSite } from '../server.mjs'
import { ChatServer } from './chat-server.js'
import { RoomView } from './room-view.js'

export interface World {
  chat: ChatServer
  /** Address of the demo site. */
  site: string
  /** Puts a page on a stranger's site; `{embed}` in it becomes the address of embed.js, `{server}` the server's. */
  publish(html: string): string
  /** Somebody new opens the page, in a browser of their own. Closed with the test. */
  visit(url: string, prepare?: (page: Page) => Promise<unknown>): Promise<Visitor>
  /** The same person opens it in another tab. */
  visitAgain(visitor: Visitor, url: string): Promise<Visitor>
}

export interface Visitor {
  page: Page
  room: RoomView
}

/** One world a test file; call it at the top. It is there in the tests and gone after the last one. */
export function useWorld(options: { apps?: string[][] } = {}): World {
  const closers: (() => Promise<unknown>)[] = []
  const visitors: (() => Promise<unknown>)[] = []
  const pages: string[] = []
  const world = {
    publish(html: string) {
      pages.push(html)
      return `${strangers}/${pages.length - 1}`
    },
  } as World
  let strangers = ''

  test.beforeAll(async ({ browser }) => {
    world.chat = await ChatServer.start(options.apps)
    closers.push(() => world.chat.close())
    const site = await startDemoSite({ port: 0, alcoveUrl: world.chat.url, keyFile: world.chat.keyFile })
    closers.push(() => site.close())
    world.site = site.url
    const server = await serve((path) => fill(pages[Number(path.slice(1))] ?? '', world.chat.url))
    closers.push(() => close(server))
    strangers = `http://127.0.0.1:${portOf(server)}`
    world.visit = async (url, prepare) => {
      const context = await browser.newContext()
      visitors.push(() => context.close())
      return open(context, url, prepare)
    }
    world.visitAgain = ({ page }, url) => open(page.context(), url)
  })
  test.afterEach(() => closeAll(visitors))
  test.afterAll(() => closeAll(closers))
  return world
}

async function open(
  context: BrowserContext,
  url: string,
  prepare?: (page: Page) => Promise<unknown>,
): Promise<Visitor> {
  const page = await context.newPage()
  await prepare?.(page)
  await page.goto(url)
  return { page, room: new RoomView(page.locator('chat-room')) }
}

async function closeAll(list: (() => Promise<unknown>)[]): Promise<void> {
  for (const close of list.splice(0).reverse()) await close()
}

const fill = (html: string, server: string): string =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>A page</title>${html}`
    .replaceAll('{embed}', `${server}/embed.js`)
    .replaceAll('{server}', server)

function serve(bodyOf: (path: string) => string): Promise<Server> {
  const server = createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(bodyOf(request.url ?? '/'))
  })
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(server))
  })
}

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })

function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('not listening')
  return address.port
}
