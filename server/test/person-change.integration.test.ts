/** Who wrote is who is shown: a chat whose token function gives another person's token, over a network that breaks. */
import { expect, it } from 'vitest'
import { createChat, type ChatError, type Room } from '@alcove/sdk'
import { until } from './support/client.js'
import { createApp, newRoomId, worldFor } from './support/node.js'
import { startTcpProxy } from './support/tcp-proxy.js'

const world = worldFor('pglite')

const shown = (room: Room): string[] =>
  room.messages.map(({ user, text, state }) => `${user.id}: ${text} ${state}`)

it('[SESSION-9] what the former person wrote without a connection is never sent as the next one, and later as theirs', async () => {
  const app = await createApp(world.database)
  const proxy = await startTcpProxy({ host: '127.0.0.1', port: Number(new URL(world.node.url).port) })
  let current = 'alice'
  const map = new Map<string, string>()
  const chat = createChat({
    server: `http://127.0.0.1:${proxy.port}`,
    app: app.id,
    token: () => app.token(current),
    storage: {
      getItem: (key) => map.get(key) ?? null,
      setItem: (key, value) => void map.set(key, value),
      removeItem: (key) => void map.delete(key),
      get length() {
        return map.size
      },
      key: (index) => [...map.keys()][index] ?? null,
    },
  })
  const become = async (who: string) => {
    current = who
    proxy.heal()
    chat.retry()
    await until(() => expect([chat.me?.id, room.status]).toEqual([who, 'joined']))
  }
  const codes: string[] = []
  const send = (text: string) => room.send(text).catch(({ code }: ChatError) => codes.push(code))

  const room = await chat.join(newRoomId())
  proxy.cut()
  await until(() => expect(chat.status).toBe('offline'))
  void send('first')
  void send('second')
  await become('bob')
  expect(codes).toEqual(['user_changed', 'user_changed'])
  expect(shown(room)).toEqual([])
  await room.send('by Bob')

  proxy.cut()
  await until(() => expect(chat.status).toBe('offline'))
  await become('alice')
  const all = ['bob: by Bob sent', 'alice: first sent', 'alice: second sent']
  await until(() => expect(shown(room)).toEqual(all))
  expect([...map.keys()].filter((key) => key.startsWith('alcove:outbox:'))).toEqual([])
  await chat.close()
})
