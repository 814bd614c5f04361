import { expect, it, vi } from 'vitest'
import { createFakeServer } from './testing/index.js'

it('joins, sends and hears', async () => {
  const server = createFakeServer()
  const chat = server.createChat({ user: { name: 'Ada' } })
  const room = await chat.join('lobby')
  const heard: string[] = []
  room.on('message', (m) => heard.push(m.text))
  const sent = await room.send('hello')
  expect(sent).toMatchObject({ seq: 1, state: 'sent', text: 'hello' })
  server.sayAs('Bob', 'hi Ada')
  await vi.waitFor(() => expect(heard).toEqual(['hello', 'hi Ada']))
  await chat.close()
})
