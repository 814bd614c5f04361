/** Behind a proxy that lets no WebSocket through, as in offices and hotels: slower, and otherwise the same. */
import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from '@playwright/test'
import { useWorld } from './world.js'

const world = useWorld()
let proxy: Server
let proxyUrl = ''

test.beforeAll(async () => {
  proxy = createServer((incoming, answer) => {
    const { method, url, headers } = incoming
    const outgoing = request(world.chat.url + url!, { method, headers }, (response) => {
      answer.writeHead(response.statusCode!, response.headers)
      response.pipe(answer)
    })
    outgoing.on('error', () => answer.destroy())
    incoming.pipe(outgoing)
  })
  proxy.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 403 Forbidden\r\n\r\n'))
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  proxyUrl = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
})
test.afterAll(async () => {
  proxy.closeAllConnections()
  await new Promise((resolve) => proxy.close(resolve))
})

test('a page of another origin sends and receives by long-polling, also through a break', async () => {
  const url = world.publish(
    `<script async src="${proxyUrl}/embed.js" data-app="demo" data-room="polled"></script>`,
  )
  const polls: string[] = []
  const ada = await world.visit(url, async (page) => {
    page.on('request', (it) => it.url().includes('transport=polling') && polls.push(it.method()))
  })
  const grace = await world.visit(url)
  await ada.room.send('by letter')
  await grace.room.send('zurück, mit Umlauten und 🎉')
  await ada.room.expectTexts(['by letter', 'zurück, mit Umlauten und 🎉'])
  expect(new Set(polls)).toEqual(new Set(['GET', 'POST']))

  await world.chat.kill()
  await ada.room.write('in between')
  await world.chat.run()
  await grace.room.expectTexts(['by letter', 'zurück, mit Umlauten und 🎉', 'in between'])
})
