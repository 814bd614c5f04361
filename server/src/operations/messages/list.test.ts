import { describe, expect, test, vi } from 'vitest'
import type { HistoryRequest, LogPart, MessageRow } from '@alcove/sdk/protocol'
import { guest, servicesWith, unlimited } from '../../../test/support/operations.js'
import { toApp } from '../../apps/app-directory.js'
import { SNAPSHOT_MESSAGES, type RoomLog } from '../../log/room-log.js'
import type { RoomRef } from '../../rooms/room-ref.js'
import { appActor, userActor, type Actor } from '../actor.js'
import { createRunner } from '../run.js'
import { listMessages } from './list.js'

const app = toApp({ id: 'demo', secret: '', settings: {} })
const server: Actor = appActor(app, '1.2.3.4')

interface Scene {
  /** Of the room, and of its log where that has begun again since. */
  epoch?: string
  epochOfLog?: string
  actor?: Actor
  /** How many of the newest the first view has. */
  firstView?: number
}

/** A room of so many messages. */
function start(count: number, { epoch = 'e1', actor = server, firstView = 5, ...more }: Scene = {}) {
  const { epochOfLog = epoch } = more
  const rows: MessageRow[] = Array.from({ length: count }, (_, index) => ({
    ...{ id: `m${index + 1}`, seq: index + 1, rev: index + 1, at: 0, text: 'hi' },
    user: { id: 'ada', name: 'Ada' },
  }))
  const log = {
    part: () => {
      const messages = rows.slice(-firstView)
      const hasOlder = messages.length < count
      const part: LogPart = { kind: 'snapshot', epoch: epochOfLog, head: count, messages, hasOlder }
      return Promise.resolve(part)
    },
    history: vi.fn((request: HistoryRequest) => {
      const { limit } = request
      const messages =
        'before' in request
          ? rows.filter(({ seq }) => seq < request.before).slice(-limit)
          : rows.filter(({ seq }) => 'after' in request && seq > request.after).slice(0, limit)
      const hasOlder = messages.length > 0 && messages[0]!.seq > 1
      const hasNewer = messages.length > 0 && messages.at(-1)!.seq < count
      return Promise.resolve({ epoch: epochOfLog, messages, hasOlder, hasNewer })
    }),
  } satisfies Pick<RoomLog, 'part' | 'history'>
  const rates = unlimited()
  const room: RoomRef = {
    ...{ appId: 'demo', id: 'lobby', key: 1, createdAt: 0, channel: 'r/demo/lobby', epoch },
  }
  const services = servicesWith({
    rates,
    refs: { find: vi.fn(), look: () => Promise.resolve(room), findOrCreate: vi.fn(), forget: vi.fn() },
    logOf: () => ({ ...log, join: vi.fn(), message: vi.fn() }),
  })
  const list = (query: object = {}) =>
    createRunner(services).run(listMessages, { actor }, listMessages.input.parse({ room: 'lobby', ...query }))
  /** All pages, by the cursor of each. */
  async function pages(query: object): Promise<number[][]> {
    const seqs: number[][] = []
    let after: string | undefined
    do {
      const page = await list({ ...query, ...(after !== undefined && { after }) })
      seqs.push(page.messages.map(({ seq }) => seq))
      after = page.next
    } while (after !== undefined)
    return seqs
  }
  return { list, pages, rates, history: log.history }
}

describe('page by page', () => {
  test('the newest come first, unless the oldest are asked for', async () => {
    const { pages } = start(7)
    expect(await pages({ limit: 3 })).toEqual([[7, 6, 5], [4, 3, 2], [1]])
    expect(await pages({ limit: 3, order: 'newest' })).toEqual([[7, 6, 5], [4, 3, 2], [1]])
    expect(await pages({ limit: 3, order: 'oldest' })).toEqual([[1, 2, 3], [4, 5, 6], [7]])
  })

  test('a page that is the last one says so', async () => {
    for (const order of ['newest', 'oldest']) {
      expect(await start(3).pages({ limit: 3, order })).toHaveLength(1)
      expect(await start(0).pages({ limit: 3, order })).toEqual([[]])
    }
  })

  test('a first view that is shorter than the page asked for has more behind it', async () => {
    expect(await start(7).pages({ limit: 10 })).toEqual([
      [7, 6, 5, 4, 3],
      [2, 1],
    ])
    expect(await start(0, { firstView: SNAPSHOT_MESSAGES }).pages({ limit: 60 })).toEqual([[]])
  })

  test('a page that is longer than a whole first view is filled up to its limit', async () => {
    const { pages, history } = start(130, { firstView: SNAPSHOT_MESSAGES })
    const all = Array.from({ length: 130 }, (_, index) => 130 - index)
    expect(await pages({ limit: 60 })).toEqual([all.slice(0, 60), all.slice(60, 120), all.slice(120)])
    history.mockClear()
    expect(await pages({ limit: SNAPSHOT_MESSAGES })).toEqual([
      all.slice(0, 50),
      all.slice(50, 100),
      all.slice(100),
    ])
    expect(history, 'the first page is the first view').toHaveBeenCalledTimes(2)
    expect(await start(4).pages({ limit: 3 })).toEqual([[4, 3, 2], [1]])
  })
})

describe('a cursor', () => {
  test('is of the order it was given in', async () => {
    const { list } = start(7)
    const { next } = await list({ limit: 3, order: 'oldest' })
    await expect(list({ limit: 3, after: next })).rejects.toMatchObject({ code: 'invalid_request' })
  })

  test('[P4] belongs to one epoch', async () => {
    const { next } = await start(7, { epochOfLog: 'e1' }).list({ limit: 3 })
    const later = start(7, { epoch: 'e2' })
    await expect(later.list({ limit: 3, after: next })).rejects.toMatchObject({ code: 'invalid_request' })
    const meanwhile = start(7, { epochOfLog: 'e2' })
    await expect(meanwhile.list({ limit: 3 }), 'nor is a page of another given').rejects.toMatchObject({
      code: 'invalid_request',
    })
  })

  test.each(['x', 'ZTE6bmV3ZXN0Ojc6OA', 'x'.repeat(256)])('%.20s is none', async (after) => {
    await expect(start(7).list({ after })).rejects.toMatchObject({ code: 'invalid_request' })
  })
})

test('[P7] it counts as a read', async () => {
  const actor = userActor({ app, address: '1.2.3.4', identity: guest('eve', ['read']) })
  const { list, rates } = start(7, { actor })
  await list()
  expect(rates.takeAll.mock.calls.flat(2)).toContainEqual(expect.objectContaining({ name: 'read' }))
})
