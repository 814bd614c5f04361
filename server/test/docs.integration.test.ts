/** The documentation's snippets: type-checked, and run in their order against a real node. */
import * as http from 'node:http'
import * as jose from 'jose'
import type { Browser } from 'playwright'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import * as sdk from '@alcove/sdk'
import type { Database } from '../src/storage/database.js'
import { startChromium } from './support/chromium.js'
import { until } from './support/client.js'
import { ENGINES, openTestDatabase } from './support/database.js'
import {
  createApp,
  GENEROUS,
  newRoomId,
  startNodeForTest,
  startTestNode,
  type TestApp,
  type TestNode,
} from './support/node.js'
import { startPageServer, type PageServer } from './support/page-server.js'
import { runSnippet, snippetsOf, typeErrors, type Snippet } from './support/snippets.js'

const PAGES = ['README.md', 'docs/sdk.md', 'docs/tokens.md'] as const
const SDK_PAGES = ['README.md', 'docs/sdk.md'] as const

/** What later snippets of docs/sdk.md take from its first one. */
const FIRST = `import { createChat } from '@alcove/sdk'
const chat = createChat({ server: '', app: '' })
const room = await chat.join('lobby')
`
const completed = ({ code, where }: Snippet): Snippet => ({
  where,
  code: /\bconst (chat|secret)\b/.test(code) ? code : `${FIRST}${code}`,
})

let database: Database
let node: TestNode
let closeDatabase: () => Promise<void>

beforeAll(async () => {
  ;({ database, close: closeDatabase } = await openTestDatabase('pglite'))
  node = await startTestNode(database)
})
afterAll(async () => {
  await node.close()
  await closeDatabase()
})

/** The examples' server and app are this test's. */
function sdkFor(url: string, app: string): Record<string, unknown> {
  const createChat = (options: sdk.ChatOptions) => {
    const chat = sdk.createChat({ ...options, server: url, app, storage: null })
    onTestFinished(() => chat.close())
    return chat
  }
  return { ...sdk, createChat }
}

it('every snippet has the right types', () => {
  const snippets = PAGES.flatMap((page) => snippetsOf(page, 'ts')).map(completed)
  expect(snippets.length).toBeGreaterThan(10)
  expect(typeErrors(snippets)).toEqual([])
})

describe.each(SDK_PAGES)('%s', (page) => {
  it('runs from its first snippet to its last', async () => {
    const app = await createApp(database, { limits: GENEROUS })
    const log = vi.fn()
    let shared: Record<string, unknown> = {}
    for (const snippet of snippetsOf(page, 'ts')) {
      const given = { console: { log }, ...shared }
      const made = await runSnippet(snippet, given, { '@alcove/sdk': sdkFor(node.url, app.id) }, [
        'chat',
        'room',
      ])
      shared = { ...shared, ...made }
    }
    await until(() => expect(log).toHaveBeenCalledWith(expect.stringMatching(/: Hello$/)))
  })
})

describe('docs/tokens.md, its page in a browser', () => {
  const [backend, page] = snippetsOf('docs/tokens.md', 'ts') as [Snippet, Snippet]
  let browser: Browser
  let pageServer: PageServer
  beforeAll(async () => {
    pageServer = await startPageServer()
    browser = await startChromium()
  })
  afterAll(async () => {
    await browser.close()
    await pageServer.close()
  })

  /** The backend as shown, for this test's app and page, on a free port. */
  async function startBackend(app: TestApp, code = backend.code): Promise<number> {
    let server: http.Server | undefined
    const createServer = (listener: http.RequestListener) => (server = http.createServer(listener))
    const ours = code
      .replace("'demo'", JSON.stringify(app.id))
      .replace('https://www.example', pageServer.origin)
      .replace('8080', '0')
    await runSnippet(
      { ...backend, code: ours },
      { process: { env: { ALCOVE_APP_SECRET: app.secret } } },
      { jose, 'node:http': { createServer } },
      [],
    )
    onTestFinished(() => void server?.close())
    await until(() => expect(server?.listening).toBe(true))
    return (server?.address() as { port: number }).port
  }

  async function show(app: TestApp, port: number): Promise<(words: RegExp) => Promise<void>> {
    const code = page.code
      .replace('https://chat.example', node.url)
      .replace("'demo'", JSON.stringify(app.id))
      .replace('8080', String(port))
    const view = await browser.newPage()
    onTestFinished(() => view.close())
    const said: string[] = []
    view.on('console', (message) => said.push(message.text()))
    const listening = `chat.on('status', ({ error }) => error && console.log(error.code, error.message))\nawait chat.connect()`
    await view.goto(pageServer.show(code.replace('await chat.connect()', listening)))
    return (words) => until(() => expect(said).toContainEqual(expect.stringMatching(words)))
  }

  it('a backend as shown signs in the user of a page of another origin', async () => {
    const app = await createApp(database, {
      guests: false,
      nativeClients: false,
      origins: [pageServer.origin],
    })
    const says = await show(app, await startBackend(app))
    await says(/^Ada Lovelace$/)
  })

  it('a backend without the header is identified as such', async () => {
    const app = await createApp(database, { nativeClients: false, origins: [pageServer.origin] })
    const silent = backend.code.replace(/^.*setHeader.*$/m, '')
    const says = await show(app, await startBackend(app, silent))
    await says(/^token_failed unable to connect; the token function failed: Failed to fetch$/)
  })
})

describe.each(ENGINES)('docs/operating.md on %s', (engine) => {
  it('[P4] the statement for a restored backup resets clients, and their unsent messages follow', async () => {
    const { database, close } = await openTestDatabase(engine)
    onTestFinished(close)
    const running = await startNodeForTest(database, { headCheckEveryMs: 100 })
    const app = await createApp(database)
    const chat = sdk.createChat({ server: running.url, app: app.id, storage: null })
    onTestFinished(() => chat.close())
    const room = await chat.join(newRoomId())
    await room.send('before')
    const reset = vi.fn()
    room.on('reset', reset)

    const statements = snippetsOf('docs/operating.md', 'sql').filter(({ code }) => code.includes('epoch'))
    expect(statements).toHaveLength(1)
    await database.script(statements[0]!.code)

    await until(() => expect(reset).toHaveBeenCalledWith({ reason: 'epoch' }))
    await room.send('after')
    await until(() =>
      expect(room.messages.map(({ seq, text }) => [seq, text])).toEqual([
        [1, 'before'],
        [2, 'after'],
      ]),
    )
  })
})
