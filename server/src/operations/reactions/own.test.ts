import { expect, test, vi } from 'vitest'
import type { MessageRow } from '@alcove/sdk/protocol'
import { guest } from '../../../test/support/operations.js'
import { toApp } from '../../apps/app-directory.js'
import type { OwnReactionReads } from '../../log/own-reactions.js'
import { appActor, userActor } from '../actor.js'
import { withOwn } from './own.js'

const app = toApp({ id: 'demo', secret: '', settings: {} })
const eve = userActor({ app, address: '1.2.3.4', identity: guest('eve') })
const room = {
  ...{ appId: 'demo', id: 'lobby', key: 7, createdAt: 0, channel: 'r/demo/lobby', epoch: 'e1' },
}
const row = (seq: number, reactions?: MessageRow['reactions']): MessageRow => ({
  ...{ id: `m${seq}`, seq, rev: seq, at: 0, user: { id: 'ada', name: 'Ada' }, text: 'hi' },
  ...(reactions && { reactions }),
})
const LIKED = { '👍': 2 }

function start(
  found: Awaited<ReturnType<OwnReactionReads['of']>>,
  actor: typeof eve | ReturnType<typeof appActor> = eve,
) {
  const of = vi.fn<OwnReactionReads['of']>(() => Promise.resolve(found))
  const context = { actor, room, services: { reactions: { of } } }
  return { of, own: (messages: MessageRow[]) => withOwn(context, { messages, head: 9 }) }
}

test("[REACT-7] the reader's own are next to the rows, by seq", async () => {
  const { of, own } = start([
    { message: 'm2', emoji: '👍' },
    { message: 'm2', emoji: '🎉' },
    { message: 'm3', emoji: '👍' },
  ])
  const messages = [row(1), row(2, LIKED), row(3, LIKED)]
  expect(await own(messages)).toEqual({ messages, head: 9, mine: { 2: ['👍', '🎉'], 3: ['👍'] } })
  expect(
    of.mock.calls.map(([key, user, rows]) => [key, user, rows.map(({ id }) => id)]),
    'those that have any',
  ).toEqual([[7, 'guest:eve', ['m2', 'm3']]])
})

test('[REACT-7] are absent where there are none', async () => {
  expect(await start([]).own([row(1, LIKED)])).toEqual({ messages: [row(1, LIKED)], head: 9 })
})

test('and are asked for neither where nobody reacted, nor for who is no user', async () => {
  const found = [{ message: 'm1', emoji: '👍' }]
  const nobody = start(found)
  expect(await nobody.own([row(1)])).toEqual({ messages: [row(1)], head: 9 })
  const server = start(found, appActor(app, '1.2.3.4'))
  expect(await server.own([row(1, LIKED)])).toEqual({ messages: [row(1, LIKED)], head: 9 })
  expect([nobody.of, server.of].flatMap(({ mock }) => mock.calls)).toEqual([])
})
