import { describe, expect, test, vi } from 'vitest'
import { readsNothing } from '../../test/support/operations.js'
import { toApp } from '../apps/app-directory.js'
import { Refusal } from '../errors/refusal.js'
import { createMetrics } from '../metrics.js'
import type { MessageRow } from '@alcove/sdk/protocol'
import { channelOf } from '../cluster/channel.js'
import { createRoomHub } from './room-hub.js'
import { createRoomRefs } from './room-ref.js'
import { createMemoryRosters } from '../cluster/roster.js'

const admit = () => Promise.resolve()

const app = toApp({ id: 'demo', secret: '', settings: {} })
const other = toApp({ id: 'other', secret: '', settings: {} })
const ada = { id: 'ada', name: 'Ada' }

function startHub() {
  const fanOut = {
    publish: vi.fn(),
    deliver: vi.fn(),
    send: vi.fn(),
    renew: vi.fn(),
    subscribed: () => Promise.resolve(),
  }
  const find = vi.fn((_app: string, id: string) =>
    Promise.resolve(id === 'unknown' ? undefined : { key: 1, epoch: 'e1', createdAt: 5 }),
  )
  const findOrCreate = vi.fn((appId: string, _id: string) =>
    Promise.resolve({ key: appId === 'demo' ? 1 : 2, epoch: 'e1', createdAt: 5 }),
  )
  const metrics = createMetrics()
  const onUndelivered = vi.fn()
  const hub = createRoomHub({
    refs: createRoomRefs({ rooms: { find, findOrCreate }, openRoom: () => undefined }),
    messages: readsNothing(),
    metrics,
    rosters: createMemoryRosters(),
    fanOut,
    nodeName: () => 'n1',
    onUndelivered,
  })
  const openRooms = async () => (await metrics.rooms.get()).values[0]?.value
  return { hub, fanOut, onUndelivered, find, findOrCreate, openRooms }
}

function batchOf(roomKey: number, rev: number) {
  const row: MessageRow = { id: `m${rev}`, seq: rev, rev, at: 9, user: ada, text: 'hi' }
  return {
    roomKey,
    roomId: 'lobby',
    channel: 'r/demo/lobby',
    epoch: 'e1',
    from: rev - 1,
    rev,
    bytes: 300,
    rows: [row],
  }
}

describe('channelOf', () => {
  test('is never 20 characters, which the Redis adapter takes for a socket id, and stays unique', () => {
    const channels = new Set<string>()
    for (let length = 1; length <= 40; length += 1) {
      const channel = channelOf('demo', 'x'.repeat(length))
      expect(channel).not.toHaveLength(20)
      channels.add(channel)
    }
    expect(channels.size).toBe(40)
    expect(channelOf('demo', 'x'.repeat(13))).toContain('#')
  })

  test('[P8] no room id of one app can name a channel of another', () => {
    expect(channelOf('a', 'b/c').startsWith('r/a/')).toBe(true)
    expect(channelOf('a-b', 'c')).not.toBe(channelOf('a', 'b-c'))
  })
})

describe('opening', () => {
  test('[P8] the same id in two apps is two rooms', async () => {
    const { hub } = startHub()
    const [mine, theirs] = await Promise.all([hub.open(app, 'lobby', admit), hub.open(other, 'lobby', admit)])
    expect(mine).not.toBe(theirs)
    expect(mine?.channel).not.toBe(theirs?.channel)
    expect(hub.get('demo', 'lobby')).toBe(mine)
  })

  test('joins at the same time share one look-up and one room', async () => {
    const { hub, find } = startHub()
    const opened = await Promise.all(Array.from({ length: 100 }, () => hub.open(app, 'lobby', admit)))
    expect(new Set(opened).size).toBe(1)
    expect(find).toHaveBeenCalledTimes(1)
    await hub.open(app, 'lobby', admit)
    expect(find, 'an open room needs no look-up').toHaveBeenCalledTimes(1)
  })

  test('a herd in front of a new room makes it once, and one of them is counted for it', async () => {
    const { hub, findOrCreate } = startHub()
    const counted = vi.fn(admit)
    const opened = await Promise.all(Array.from({ length: 100 }, () => hub.open(app, 'unknown', counted)))
    expect(new Set(opened).size).toBe(1)
    expect(counted).toHaveBeenCalledTimes(1)
    expect(findOrCreate).toHaveBeenCalledTimes(1)
  })

  test('who may make no more rooms is refused alone: the next one makes it', async () => {
    const { hub } = startHub()
    const refuse = () => Promise.reject(new Refusal('rate_limited', 'unable to make a room; too many'))
    const opened = await Promise.allSettled(
      [refuse, refuse, admit, refuse].map((mine) => hub.open(app, 'unknown', mine)),
    )
    expect(opened.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled', 'fulfilled'])
  })

  test('those who may create and those who may not end in one room', async () => {
    const { hub } = startHub()
    const opened = await Promise.all([hub.open(app, 'lobby', false), hub.open(app, 'lobby', admit)])
    expect(new Set(opened).size).toBe(1)
  })

  test('who may not create gets nothing where there is nothing, and leaves nothing', async () => {
    const { hub, findOrCreate, openRooms } = startHub()
    await expect(hub.open(app, 'unknown', false)).resolves.toBeUndefined()
    expect(findOrCreate).not.toHaveBeenCalled()
    expect([...hub.openRooms()]).toEqual([])
    expect(await openRooms()).toBe(0)
  })

  test('a look-up that failed is not remembered', async () => {
    const { hub, find, findOrCreate } = startHub()
    for (const [lookUp, id] of [
      [find, 'lobby'],
      [findOrCreate, 'unknown'],
    ] as const) {
      lookUp.mockRejectedValueOnce(new Error('away'))
      const failed = await Promise.allSettled([hub.open(app, id, admit), hub.open(app, id, admit)])
      expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
      await expect(hub.open(app, id, admit)).resolves.toBeDefined()
    }
  })
})

describe('forgetting', () => {
  test('[I6] the last member to leave takes the room along', async () => {
    const { hub, openRooms } = startHub()
    const room = await hub.open(app, 'lobby', admit)
    void room!.presence.connect(ada, 'c1')
    expect(await openRooms()).toBe(1)
    room!.presence.disconnect('ada', 'c1', 'left')
    expect(hub.get('demo', 'lobby')).toBeUndefined()
    expect(await openRooms()).toBe(0)
  })

  test('a room with members is not released, an empty one is', async () => {
    const { hub } = startHub()
    const room = await hub.open(app, 'lobby', admit)
    void room!.presence.connect(ada, 'c1')
    hub.releaseIfEmpty(room!)
    expect(hub.get('demo', 'lobby')).toBe(room)
    hub.close()
    expect(hub.get('demo', 'lobby')).toBeUndefined()
  })

  test('a late farewell to a forgotten room does not touch the one opened since', async () => {
    const { hub } = startHub()
    const first = await hub.open(app, 'lobby', admit)
    hub.releaseIfEmpty(first!)
    const second = await hub.open(app, 'lobby', admit)
    expect(second).not.toBe(first)
    hub.releaseIfEmpty(first!)
    expect(hub.get('demo', 'lobby')).toBe(second)
    hub.publish(batchOf(1, 1))
    expect(second!.deliveredRev).toBe(1)
  })
})

describe('publishing', () => {
  test('[P2] one commit is one frame, with where it begins and ends', async () => {
    const { hub, fanOut } = startHub()
    const room = await hub.open(app, 'lobby', admit)
    hub.publish(batchOf(1, 7))
    const fact = {
      room: 'lobby',
      epoch: 'e1',
      from: 6,
      rev: 7,
      messages: [{ id: 'm7', seq: 7, rev: 7, at: 9, user: ada, text: 'hi' }],
    }
    expect(fanOut.publish).toHaveBeenCalledExactlyOnceWith(room!.channel, fact)
    expect(fanOut.deliver).toHaveBeenCalledExactlyOnceWith(room!.channel, 'room:changed', fact)
    expect(room!.deliveredRev).toBe(7)
  })

  test('[P5] a frame that could not be sent does not count as delivered', async () => {
    const { hub, fanOut, onUndelivered } = startHub()
    const room = await hub.open(app, 'lobby', admit)
    const error = new Error('cannot encode')
    fanOut.deliver.mockImplementationOnce(() => {
      throw error
    })
    hub.publish(batchOf(1, 7))
    expect(onUndelivered).toHaveBeenCalledExactlyOnceWith(1, error)
    expect(room!.deliveredRev).toBeUndefined()
  })

  test('a head that was sent counts as delivered, in its epoch', async () => {
    const { hub, fanOut } = startHub()
    const room = await hub.open(app, 'lobby', admit)
    hub.publish(batchOf(1, 7))
    hub.publishHead(room!, { epoch: 'e2', rev: 2 })
    expect(room).toMatchObject({ epoch: 'e2', deliveredRev: 2 })
    expect(fanOut.deliver).toHaveBeenLastCalledWith(room!.channel, 'room:head', {
      room: 'lobby',
      epoch: 'e2',
      rev: 2,
    })
  })
})

describe('other nodes', () => {
  const fact = { room: 'lobby', epoch: 'e1', from: 6, rev: 7, messages: [] }

  test('[P4] local commits are published though the room is no longer open here', () => {
    const { hub, fanOut } = startHub()
    hub.publish(batchOf(1, 1))
    expect(fanOut.publish).toHaveBeenCalledExactlyOnceWith('r/demo/lobby', expect.anything())
  })

  test('[P5] a frame of another node goes to the readers here, and counts as delivered', async () => {
    const { hub, fanOut } = startHub()
    const room = await hub.open(app, 'lobby', admit)
    hub.receivers['room:changed'](room!.channel, { kind: 'room:changed', fact }, 400)
    expect(fanOut.deliver).toHaveBeenCalledExactlyOnceWith(room!.channel, 'room:changed', fact)
    expect(fanOut.publish).not.toHaveBeenCalled()
    expect(room!.deliveredRev).toBe(7)
  })

  test('[P5] one of another epoch does not count', async () => {
    const { hub, fanOut } = startHub()
    const room = await hub.open(app, 'lobby', admit)
    hub.receivers['room:changed'](
      room!.channel,
      { kind: 'room:changed', fact: { ...fact, epoch: 'e9' } },
      400,
    )
    expect(fanOut.deliver).toHaveBeenCalledTimes(1)
    expect(room!.deliveredRev).toBeUndefined()
  })

  test('[P8] a frame in the channel of another room, or for a room that is not open, goes to nobody', async () => {
    const { hub, fanOut } = startHub()
    const room = await hub.open(app, 'lobby', admit)
    hub.receivers['room:changed'](
      room!.channel,
      { kind: 'room:changed', fact: { ...fact, room: 'secret' } },
      400,
    )
    hub.receivers['room:changed'](
      'r/demo/hall',
      { kind: 'room:changed', fact: { ...fact, room: 'hall' } },
      400,
    )
    expect(fanOut.deliver).not.toHaveBeenCalled()
  })

  test('notes are for nodes, never for clients', async () => {
    const { hub, fanOut } = startHub()
    const room = await hub.open(app, 'lobby', admit)
    hub.receivers['members:changed'](room!.channel, { kind: 'members:changed' }, 100)
    expect(fanOut.deliver).not.toHaveBeenCalled()
  })
})
