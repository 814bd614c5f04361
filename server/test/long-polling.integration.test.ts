/** The SDK in Node where WebSocket or long-polling does not get through; demo-site/e2e has the same for the script tag. */
import { describe, expect, it, onTestFinished } from 'vitest'
import { createChat, type Chat } from '@alcove/sdk'
import { startChromium } from './support/chromium.js'
import { until } from './support/client.js'
import { createChatAsInBrowsers } from './support/browser-sdk.js'
import { createApp, GENEROUS, newRoomId, worldFor } from './support/node.js'
import { startPageServer } from './support/page-server.js'
import {
  startSilentProxy,
  type PollingFault,
  type SilentProxy,
  type WebSocketFault,
} from './support/silent-proxy.js'

const world = worldFor('pglite')

type Finished = (close: () => Promise<void>) => void

async function startProxy(faults: Partial<SilentProxy['faults']>, finished: Finished): Promise<SilentProxy> {
  const proxy = await startSilentProxy(world.node.url, faults)
  finished(() => proxy.close())
  return proxy
}

function open(
  server: string,
  app: string,
  finished: Finished = onTestFinished,
  create: typeof createChat = createChat,
): Chat {
  const chat = create({ server, app })
  finished(() => chat.close())
  return chat
}

const SDKS: [name: string, create: typeof createChat][] = [
  ['the SDK', createChat],
  ['the SDK as in browsers', createChatAsInBrowsers],
]

it('behind a proxy that refuses WebSocket the SDK polls, among others who do not', async () => {
  const { id } = await createApp(world.database, { limits: GENEROUS })
  const roomId = newRoomId()
  const proxy = await startProxy({ webSocket: 'refused' }, onTestFinished)
  const polled = await open(proxy.url, id).join(roomId)
  const direct = await open(world.node.url, id).join(roomId)
  await polled.send('by letter')
  await direct.send('by wire')
  await polled.send('by letter again')
  for (const room of [polled, direct]) {
    await until(() =>
      expect(room.messages.map(({ text }) => text)).toEqual(['by letter', 'by wire', 'by letter again']),
    )
  }
})

it('a message that a firewall refuses fails; everything else of its author goes out, and nobody is in its way', async () => {
  const { id } = await createApp(world.database, { limits: GENEROUS })
  const proxy = await startProxy({ webSocket: 'refused', dislikes: 'union select' }, onTestFinished)
  const chat = open(proxy.url, id)
  const room = await chat.join(newRoomId())
  const other = await chat.join(newRoomId())
  const refused = expect(room.send("' union select 1")).rejects.toMatchObject({
    code: 'offline',
    retryable: false,
    message: 'unable to send message; the connection ended each time it was sent',
  })
  const inTheSameRoom = room.send('after it')
  const inAnotherRoom = other.send('in another room')
  await Promise.all([refused, inTheSameRoom, inAnotherRoom])
  // What is committed stands before what is not, once the log has it.
  await until(() =>
    expect(room.messages.map(({ text, state }) => `${text} ${state}`)).toEqual([
      'after it sent',
      "' union select 1 failed",
    ]),
  )
})

it('a name that a firewall refuses is reported to its user, and keeps nobody out', async () => {
  const { id } = await createApp(world.database, { limits: GENEROUS })
  const name = "' union select 1"
  const proxy = await startProxy({ webSocket: 'refused', dislikes: name }, onTestFinished)
  const chat = open(proxy.url, id)
  const room = await chat.join(newRoomId())
  const former = chat.me!.name
  await expect(chat.setName(name)).rejects.toMatchObject({ code: 'offline' })
  await room.send('still here')
  expect(chat.me!.name).toBe(former)

  const named = createChat({ server: proxy.url, app: id, user: { name } })
  onTestFinished(() => named.close())
  await (await named.join(newRoomId())).send('here as well')
  expect(named.me!.name).not.toBe(name)
})

describe.concurrent.each(SDKS)('%s: a silent way to the server leads to the other one', (_sdk, create) => {
  it.each<[WebSocketFault, PollingFault]>([
    ['swallowed', 'passed'],
    ['unanswered', 'passed'],
    ['up only', 'passed'],
    ['down only', 'passed'],
    ['passed', 'held'],
  ])('WebSocket %s, polling %s', async (webSocket, polling) => {
    const finished: (() => Promise<void>)[] = []
    try {
      const { id } = await createApp(world.database, { limits: GENEROUS })
      const proxy = await startProxy({ webSocket, polling }, (close) => finished.push(close))
      const chat = open(proxy.url, id, (close) => finished.push(close), create)
      const seen: string[] = []
      chat.on('status', ({ current }) => seen.push(current))
      const room = await chat.join(newRoomId())
      await room.send('heard')
      expect(seen).toEqual(['connecting', 'online'])
      expect(proxy.seen[0]).toBe('websocket')
      expect(proxy.seen.includes('GET')).toBe(webSocket !== 'passed')
    } finally {
      for (const close of finished.reverse()) await close()
    }
  })

  it.each<WebSocketFault>(['cut at size', 'small only'])(
    'WebSocket %s: a full room is reached',
    async (webSocket) => {
      const finished: (() => Promise<void>)[] = []
      try {
        const { id } = await createApp(world.database, { limits: GENEROUS })
        const roomId = newRoomId()
        const writer = await open(world.node.url, id, (close) => finished.push(close), create).join(roomId)
        for (let i = 0; i < 3; i++) await writer.send('x'.repeat(3_000))
        const proxy = await startProxy({ webSocket }, (close) => finished.push(close))
        const chat = open(proxy.url, id, (close) => finished.push(close), create)
        // A join without an answer is the application's to repeat.
        const room = await chat.join(roomId).catch(() => chat.join(roomId))
        expect(room.messages).toHaveLength(3)
        expect(proxy.seen).toContain('GET')
      } finally {
        for (const close of finished.reverse()) await close()
      }
    },
  )

  it.each<[WebSocketFault, string]>([
    ['cut at size', 'offline'],
    ['small only', 'timeout'],
  ])('WebSocket %s: history too big for it is read the other way', async (webSocket, code) => {
    const finished: (() => Promise<void>)[] = []
    try {
      const { id } = await createApp(world.database, { limits: GENEROUS })
      const roomId = newRoomId()
      const writer = await open(world.node.url, id, (close) => finished.push(close), create).join(roomId)
      // The join brings the last fifty.
      const texts = Array.from({ length: 60 }, (_, i) => (i < 10 ? 'x'.repeat(3_000) : 'small'))
      await Promise.all(texts.map((text) => writer.send(text)))
      const proxy = await startProxy({ webSocket, bigBytes: 25_000 }, (close) => finished.push(close))
      const room = await open(proxy.url, id, (close) => finished.push(close), create).join(roomId)
      expect(room.messages).toHaveLength(50)
      await expect(room.loadOlder()).rejects.toMatchObject({ code })
      // As a reader does who scrolls up again.
      await until(async () => {
        await room.loadOlder()
        expect(room.messages).toHaveLength(60)
      })
      expect(proxy.seen).toContain('GET')
    } finally {
      for (const close of finished.reverse()) await close()
    }
  })

  it('WebSocket for small messages only: a big one goes out the other way', async () => {
    const finished: (() => Promise<void>)[] = []
    try {
      const { id } = await createApp(world.database, { limits: GENEROUS })
      const proxy = await startProxy({ webSocket: 'small up only' }, (close) => finished.push(close))
      const room = await open(proxy.url, id, (close) => finished.push(close), create).join(newRoomId())
      await room.send('small')
      expect(proxy.seen).toEqual(['websocket'])
      const { seq } = await room.send('x'.repeat(4_000))
      expect(seq).toBe(2)
      expect(proxy.seen).toContain('GET')
    } finally {
      for (const close of finished.reverse()) await close()
    }
  })

  it('a way that got through is where the next attempt begins, and the other is found when it falls silent', async () => {
    const finished: (() => Promise<void>)[] = []
    try {
      const { id } = await createApp(world.database, { limits: GENEROUS })
      const proxy = await startProxy({ webSocket: 'swallowed' }, (close) => finished.push(close))
      const chat = open(proxy.url, id, (close) => finished.push(close), create)
      const room = await chat.join(newRoomId())
      await room.send('by polling')

      Object.assign(proxy.faults, { webSocket: 'passed', polling: 'held' })
      proxy.seen.length = 0
      proxy.cut()
      await room.send('over a WebSocket')
      const fresh = proxy.seen.slice(proxy.seen.lastIndexOf('GET'))
      expect(fresh).toEqual(['GET', 'websocket'])
      expect(room.messages.map(({ seq }) => seq)).toEqual([1, 2])
    } finally {
      for (const close of finished.reverse()) await close()
    }
  })
})

describe.concurrent('in Chromium', () => {
  it.each<WebSocketFault>(['swallowed', 'unanswered'])(
    'WebSocket %s: the other way is taken',
    async (webSocket) => {
      const finished: (() => Promise<void>)[] = []
      try {
        const pages = await startPageServer()
        finished.push(() => pages.close())
        const { id } = await createApp(world.database, { limits: GENEROUS, origins: [pages.origin] })
        const proxy = await startProxy({ webSocket }, (close) => finished.push(close))
        const browser = await startChromium()
        finished.push(() => browser.close())
        const page = await browser.newPage()
        const said: string[] = []
        // Not what the browser itself says of the WebSocket that was given up.
        page.on('console', (message) => message.type() === 'log' && said.push(message.text()))
        await page.goto(
          pages.show(`
          import { createChat } from '@alcove/sdk'
          const chat = createChat({ server: '${proxy.url}', app: '${id}' })
          chat.on('status', ({ current }) => console.log(current))
          const room = await chat.join('${newRoomId()}')
          await room.send('heard')
          console.log('sent')`),
        )
        await until(() => expect(said).toEqual(['connecting', 'online', 'sent']))
        expect(proxy.seen.slice(0, 2)).toEqual(['websocket', 'GET'])
      } finally {
        for (const close of finished.reverse()) await close()
      }
    },
  )

  it('a browser whose WebSocket is missing, or throws, polls without waiting for anything', async () => {
    const finished: (() => Promise<void>)[] = []
    try {
      const pages = await startPageServer()
      finished.push(() => pages.close())
      const { id } = await createApp(world.database, { limits: GENEROUS, origins: [pages.origin] })
      const browser = await startChromium()
      finished.push(() => browser.close())
      for (const webSocket of ['undefined', 'class { constructor() { throw new Error("refused") } }']) {
        const proxy = await startProxy({}, (close) => finished.push(close))
        const page = await browser.newPage()
        // No timer ever ends.
        await page.addInitScript(`window.WebSocket = ${webSocket}; window.setTimeout = () => 0`)
        await page.goto(
          pages.show(`
            import { createChat } from '@alcove/sdk'
            const chat = createChat({ server: '${proxy.url}', app: '${id}' })
            await chat.connect()
            document.title = chat.status`),
        )
        await until(async () => expect(await page.title()).toBe('online'))
        expect(new Set(proxy.seen)).toEqual(new Set(['GET', 'POST']))
      }
    } finally {
      for (const close of finished.reverse()) await close()
    }
  })
})
