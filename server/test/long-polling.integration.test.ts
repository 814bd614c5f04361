/** The SDK in Node where no WebSocket gets through; demo-site/e2e has the same for the script tag. */
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { createChat, type Chat } from '@alcove/sdk'
import { until } from './support/client.js'
import { createApp, GENEROUS, newRoomId, worldFor } from './support/node.js'

const world = worldFor('pglite')

/** Passes HTTP on and refuses every upgrade, as some proxies do. */
async function startUpgradeRefusingProxy(target: string): Promise<string> {
  const proxy = createServer((incoming, answer) => {
    const { method, url = '/', headers } = incoming
    const outgoing = request(target + url, { method, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers)
      response.pipe(answer)
    })
    outgoing.on('error', () => answer.destroy())
    incoming.pipe(outgoing)
  })
  proxy.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 403 Forbidden\r\n\r\n'))
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    proxy.closeAllConnections()
    proxy.close()
  })
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
}

function open(server: string, app: string): Chat {
  const chat = createChat({ server, app })
  onTestFinished(() => chat.close())
  return chat
}

it('behind a proxy that refuses WebSocket the SDK polls, among others who do not', async () => {
  const { id } = await createApp(world.database, { limits: GENEROUS })
  const roomId = newRoomId()
  const polled = await open(await startUpgradeRefusingProxy(world.node.url), id).join(roomId)
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
