/** P1 to P4 for messages. */
import { expect } from 'vitest'
import { codeOf, goOffline, goOnline, rowsOf, texts, until, type Rule, type Seat } from './world.js'

const idOf = (number: number) => `0193b2c4-7a00-7000-8000-${String(number).padStart(12, '0')}`

export const MESSAGES: readonly Rule[] = [
  {
    title: '[P1] a message that was acked is there for who comes next',
    async holds(world) {
      const ada = await world.join('ada')
      const sent = await ada.room.send({ text: 'hello', meta: { card: 1 } })
      expect(await world.read()).toEqual([expect.objectContaining({ id: sent.id, seq: 1, text: 'hello' })])
    },
  },
  {
    title: '[P2] everybody sees one dense order, with any number of writers',
    async holds(world) {
      const seats = [await world.join('ada'), await world.join('bob'), await world.join('moderator')]
      const write = ({ room }: Seat, name: number) =>
        Promise.all(Array.from({ length: 8 }, (_, i) => room.send(`${name}.${i}`)))
      await Promise.all(seats.map(write))
      const rows = await world.read()
      expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_, index) => index + 1))
      expect(rows).toHaveLength(24)
      for (const { room } of seats) await until(() => expect(rowsOf(room)).toEqual(rows))
      for (const name of [0, 1, 2])
        expect(texts(rows).filter((text) => text.startsWith(`${name}.`))).toEqual(
          Array.from({ length: 8 }, (_, i) => `${name}.${i}`),
        )
    },
  },
  {
    title: '[P3] a message whose answer is lost is one message',
    async holds(world) {
      const ada = await world.join('ada')
      ada.network.loseAnswer()
      const sent = ada.room.send('once')
      await sent
      expect(texts(await world.read())).toEqual(['once'])
    },
  },
  {
    title:
      '[P3] a request that is repeated gets the message that is there; another author or body is a conflict',
    async holds(world) {
      const [ada, bob] = [await world.join('ada'), await world.join('bob')]
      const request = { id: idOf(1), text: 'hello' }
      const first = await ada.ask('message:send', request)
      expect(first).toMatchObject({ message: { seq: 1, text: 'hello' } })
      expect(await ada.ask('message:send', request)).toEqual(first)
      expect(await ada.ask('message:send', { ...request, text: 'bye' })).toBe('message_conflict')
      expect(await bob.ask('message:send', request)).toBe('message_conflict')
      expect(texts(await world.read())).toEqual(['hello'])
    },
  },
  {
    title: '[P4] a reader who lost frames, and one who was away, end with the room',
    async holds(world) {
      const [ada, bob, moderator] = [
        await world.join('ada'),
        await world.join('bob'),
        await world.join('moderator'),
      ]
      bob.network.loseFrames(2)
      goOffline(moderator)
      for (const text of ['one', 'two', 'three']) await ada.room.send(text)
      goOnline(moderator)
      const rows = await world.read()
      expect(texts(rows)).toEqual(['one', 'two', 'three'])
      for (const { room } of [ada, bob, moderator]) await until(() => expect(rowsOf(room)).toEqual(rows))
    },
  },
  {
    title: '[P4] what was written without a connection arrives once and in order',
    async holds(world) {
      const ada = await world.join('ada')
      goOffline(ada)
      const sent = ['one', 'two', 'three'].map((text) => ada.room.send(text))
      goOnline(ada)
      await Promise.all(sent)
      expect(texts(await world.read())).toEqual(['one', 'two', 'three'])
    },
  },
  {
    title: '[SEND-4] who may only read is refused',
    async holds(world) {
      const reader = await world.join('reader')
      expect(await codeOf(reader.room.send('no'))).toBe('forbidden')
    },
  },
]
