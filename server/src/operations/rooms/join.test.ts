import { describe, expect, test, vi } from 'vitest'
import type { Capability } from '@alcove/sdk/protocol'
import {
  ask,
  createSeat,
  guest,
  readsNothing,
  servicesWith,
  unlimited,
  type TestSeat,
} from '../../../test/support/operations.js'
import { toApp } from '../../apps/app-directory.js'
import { createLocalFanOut } from '../../delivery/fan-out.js'
import { createMetrics } from '../../metrics.js'
import { createRoomHub } from '../../rooms/room-hub.js'
import { createRoomRefs } from '../../rooms/room-ref.js'
import type { RoomRow } from '../../storage/room-repository.js'
import { createMemoryRosters } from '../../cluster/roster.js'
import { joinRoom } from './join.js'
import { leave } from './leave.js'

function startRooms(settings: object = {}) {
  const app = toApp({ id: 'demo', secret: '', settings })
  let lookUp = () => Promise.resolve()
  const make = async (): Promise<RoomRow> => (await lookUp(), { key: 1, epoch: 'e1', createdAt: 0 })
  const find = vi.fn((): Promise<RoomRow | undefined> => make())
  const tail = vi.fn(() => Promise.resolve({ epoch: 'e1', head: 0, headSeq: 0, messages: [], isCut: false }))
  const fanOut = createLocalFanOut({ sockets: { adapter: { rooms: new Map() }, sockets: new Map() } })
  const refs = createRoomRefs({ rooms: { find, findOrCreate: make }, openRoom: () => undefined })
  const hub = createRoomHub({
    refs,
    messages: { ...readsNothing(), tail },
    metrics: createMetrics(),
    rosters: createMemoryRosters(),
    fanOut,
    nodeName: () => 'n1',
    onUndelivered: vi.fn(),
  })
  const services = servicesWith({
    hub,
    fanOut,
    refs,
    rates: unlimited(),
    census: { admitRoom: () => {}, countRoom: () => {} },
  })
  const connect = (name: string, capabilities?: Capability[]) => createSeat(app, guest(name, capabilities))
  const join = (seat: TestSeat, room: string, leaving?: string[]) =>
    ask(services, seat, joinRoom, { room, ...(leaving && { leave: leaving }) })
  return {
    app,
    hub,
    find,
    tail,
    connect,
    join,
    /** The look-up of rooms waits for the returned function. */
    holdLookUp() {
      let release = () => {}
      const held = new Promise<void>((done) => (release = done))
      lookUp = () => held
      return release
    },
  }
}

describe('entering', () => {
  test('[P4] someone who joins while the last one leaves is in a room that gets its frames', async () => {
    // The leave falls on each of the steps between the look-up's answer and the entry.
    for (let steps = 0; steps < 25; steps += 1) {
      const { hub, connect, join, holdLookUp } = startRooms()
      const release = holdLookUp()
      const [ada, bob] = [connect('ada'), connect('bob')]
      const joining = join(bob, 'lobby')
      const opening = hub.open(bob.app, 'lobby', () => Promise.resolve())
      release()
      const room = await opening
      void room!.presence.connect(ada.identity.user, ada.id)
      for (let step = 0; step < steps; step += 1) await Promise.resolve()
      room!.presence.disconnect(ada.identity.user.id, ada.id, 'left')
      await joining
      expect(hub.get('demo', 'lobby'), `the leave after ${steps} steps`).toBe(bob.rooms.get('lobby'))
      expect([...hub.openRooms()]).toHaveLength(1)
      hub.close()
    }
  })

  test('a connection that closed while the room was looked up enters nothing and leaves nothing', async () => {
    const { hub, connect, join, holdLookUp } = startRooms()
    const release = holdLookUp()
    const ada = connect('ada')
    const joining = join(ada, 'lobby')
    ada.isOpen = false
    release()
    await expect(joining).rejects.toMatchObject({ code: 'not_joined' })
    expect(ada.rooms.size).toBe(0)
    expect([...hub.openRooms()]).toEqual([])
  })

  test('a join whose log cannot be read is no join', async () => {
    const { hub, tail, connect, join } = startRooms()
    tail.mockRejectedValueOnce(new Error('away'))
    const ada = connect('ada')
    await expect(join(ada, 'lobby')).rejects.toThrow('away')
    expect(ada.rooms.size).toBe(0)
    expect([...hub.openRooms()]).toEqual([])
  })

  test('[P4] the log is read after the subscription', async () => {
    const { tail, connect, join } = startRooms()
    const ada = connect('ada')
    let subscribed = () => {}
    ada.subscribe.mockReturnValueOnce(new Promise<void>((done) => (subscribed = done)))
    const joining = join(ada, 'lobby')
    await vi.waitFor(() => expect(ada.subscribe).toHaveBeenCalled())
    expect(tail).not.toHaveBeenCalled()
    subscribed()
    await joining
    expect(tail).toHaveBeenCalledTimes(1)
  })
})

describe('refusals', () => {
  test('[P8] "not yours" and "no such room" are one answer after one look-up each', async () => {
    const { find, connect, join } = startRooms({ roomsOnTheFly: false })
    const answers: unknown[] = []
    for (const [room, capabilities] of [
      ['hidden', []],
      ['missing', ['read']],
    ] as const) {
      find.mockClear()
      if (room === 'missing') find.mockResolvedValueOnce(undefined)
      answers.push(await join(connect('ada', [...capabilities]), room).catch((error: unknown) => error))
      expect(find).toHaveBeenCalledTimes(1)
    }
    const [hidden, missing] = answers as { code: string; message: string }[]
    expect(hidden?.code).toBe('room_not_found')
    expect(missing).toMatchObject({ code: hidden?.code, message: hidden?.message })
  })

  test('a full room takes nobody new, but a second tab of a member', async () => {
    const { connect, join } = startRooms({ limits: { membersPerRoom: 1 } })
    await join(connect('ada'), 'lobby')
    await expect(join(connect('bob'), 'lobby')).rejects.toMatchObject({ code: 'room_full' })
    await expect(join(connect('ada'), 'lobby')).resolves.toMatchObject({ presence: { count: 1 } })
  })

  test('[P7] a connection is in so many rooms and no more; a switch counts what it leaves', async () => {
    const { connect, join } = startRooms({ limits: { roomsPerConnection: 2 } })
    const ada = connect('ada')
    await join(ada, 'a')
    await join(ada, 'b')
    await expect(join(ada, 'c')).rejects.toMatchObject({ code: 'too_many_rooms' })
    await expect(join(ada, 'c', ['no', 'such', 'rooms'])).rejects.toMatchObject({ code: 'too_many_rooms' })
    await expect(join(ada, 'b'), 'it is in there already').resolves.toBeDefined()
    await join(ada, 'c', ['a'])
    expect([...ada.rooms.keys()]).toEqual(['b', 'c'])
  })

  test('a switch that fails leaves nothing', async () => {
    const { tail, connect, join } = startRooms()
    const ada = connect('ada')
    await join(ada, 'a')
    tail.mockRejectedValueOnce(new Error('away'))
    await expect(join(ada, 'b', ['a'])).rejects.toThrow('away')
    expect([...ada.rooms.keys()]).toEqual(['a'])
  })
})

describe('leaving', () => {
  test('takes the connection out of the channel and the room; twice is once', async () => {
    const { hub, connect, join } = startRooms()
    const ada = connect('ada')
    await join(ada, 'lobby')
    leave(ada, 'lobby', 'left')
    leave(ada, 'lobby', 'left')
    expect(ada.unsubscribe).toHaveBeenCalledTimes(1)
    expect(hub.get('demo', 'lobby')).toBeUndefined()
  })
})
