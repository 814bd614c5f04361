import { describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import type { MessageRow } from '@alcove/sdk/protocol'
import { ask, createSeat, guest, servicesWith, unlimited } from '../../test/support/operations.js'
import { toApp } from '../apps/app-directory.js'
import { Refusal } from '../errors/refusal.js'
import { RoomGone } from '../errors/room-gone.js'
import { StorageUnavailable } from '../errors/storage-errors.js'
import type { OpenRoom } from '../rooms/room-hub.js'
import type { RoomRef } from '../rooms/room-ref.js'
import type { Appended } from '../storage/message-repository.js'
import { appActor, userActor } from './actor.js'
import type { Creation } from './draft.js'
import type { BeforeChange } from './hooks.js'
import { asks, changes, creates } from './operation.js'
import { createRunner } from './run.js'

const app = toApp({ id: 'demo', secret: '', settings: {} })
const AUTHOR = { id: 'ada', name: 'Ada' }
const ref = (epoch: string): RoomRef => ({
  ...{ appId: 'demo', id: 'lobby', key: 1, createdAt: 0, channel: 'r/demo/lobby', epoch },
})
const EDIT = { kind: 'message.edited' as const, message: 'm1', text: 'hi' }
const ADDED = { outcome: 'added' as const, seq: 1, rev: 1, at: 0 }
const STORED: MessageRow = { id: 'm1', seq: 1, rev: 1, at: 0, user: AUTHOR, text: 'hi' }
const gone = () => new RoomGone()

function start(parts: { beforeChange?: BeforeChange[]; refusedRate?: boolean } = {}) {
  const order: string[] = []
  const step = (name: string) => void order.push(name)
  const append = vi.fn((_message: object) => (step('commit'), Promise.resolve(ADDED)))
  const writeChange = vi.fn((_change: object) => Promise.resolve({ rev: 2 }))
  const findAppended = vi.fn((_message: object) => Promise.resolve<Appended | undefined>(undefined))
  const findChanged = vi.fn((_change: object) => Promise.resolve<{ rev: number } | undefined>(undefined))
  const message = vi.fn(() => Promise.resolve<MessageRow | undefined>(STORED))
  const rates = unlimited()
  rates.takeAll.mockImplementation(() => {
    step('rate')
    return parts.refusedRate ? Promise.reject(new Refusal('rate_limited', 'too many')) : Promise.resolve()
  })
  const refs = {
    find: vi.fn(() => Promise.resolve<RoomRef | undefined>(ref('e1'))),
    look: vi.fn(() => Promise.resolve<RoomRef | undefined>(ref('e2'))),
    forget: vi.fn(),
    findOrCreate: vi.fn(),
  }
  const services = servicesWith({
    ...{ rates, refs, writer: { append, change: writeChange, findAppended, findChanged } },
    hub: { get: () => undefined, open: vi.fn(), releaseIfEmpty: vi.fn() },
    logOf: () => ({ message, join: vi.fn(), part: vi.fn(), history: vi.fn() }),
    beforeChange: (parts.beforeChange ?? []).map((hook) => (proposal) => (step('hook'), hook(proposal))),
  })
  const write = creates({
    name: 'test:write',
    needs: 'write',
    input: z.strictObject({ room: z.string() }),
    rate: () => [],
    change(): Creation {
      step('change')
      return { kind: 'creation', id: 'm1', author: AUTHOR, text: 'hi', fingerprint: 'f' }
    },
  })
  const seat = createSeat(app, guest('ada', ['read', 'write']))
  const join = () => seat.rooms.set('lobby', ref('e1') as OpenRoom)
  const fromConnection = () => ask(services, seat, write, { room: 'lobby' }, () => step('end of turn'))
  const fromApp = () =>
    createRunner(services).run(write, { actor: appActor(app, '1.2.3.4') }, { room: 'lobby' })
  return {
    order,
    append,
    writeChange,
    findAppended,
    findChanged,
    rates,
    refs,
    services,
    write,
    seat,
    join,
    fromConnection,
    fromApp,
  }
}

const alteration = changes({
  name: 'test:alter',
  needs: 'write',
  input: z.strictObject({ room: z.string() }),
  rate: () => [],
  change: () => ({
    kind: 'alteration',
    id: 'c1',
    change: EDIT,
    conditions: { who: 'author', withinSeconds: 60 },
  }),
})

describe('a change', () => {
  test('is proposed, counted, shown to hooks, given its place, and then the turn ends', async () => {
    const { order, join, fromConnection } = start({ beforeChange: [() => ({ kind: 'pass' })] })
    join()
    await fromConnection()
    expect(order).toEqual(['change', 'rate', 'hook', 'commit', 'end of turn'])
  })

  test('of a room the connection is not in is refused before anything is counted', async () => {
    const { order, fromConnection } = start()
    await expect(fromConnection()).rejects.toMatchObject({ code: 'not_joined' })
    expect(order).toEqual([])
  })

  test('of a room that began again asks the connection to join again', async () => {
    const { append, refs, join, fromConnection } = start()
    join()
    append.mockRejectedValueOnce(gone())
    await expect(fromConnection()).rejects.toMatchObject({ code: 'not_joined' })
    expect(refs.look).not.toHaveBeenCalled()
  })

  test('without the capability is refused before anything is counted', async () => {
    const { order, seat, join, fromConnection } = start()
    join()
    seat.identity = guest('ada', ['read'])
    await expect(fromConnection()).rejects.toMatchObject({ code: 'forbidden' })
    expect(order).toEqual([])
  })

  test('beyond a rate comes before no hook', async () => {
    const { order, join, fromConnection } = start({
      refusedRate: true,
      beforeChange: [() => ({ kind: 'pass' })],
    })
    join()
    await expect(fromConnection()).rejects.toMatchObject({ code: 'rate_limited' })
    expect(order).toEqual(['change', 'rate'])
  })
})

describe('what a change has to look up', () => {
  const file = (prepare: (draft: Creation) => Promise<Creation>) => {
    const world = start({ beforeChange: [() => ({ kind: 'pass' })] })
    world.join()
    const write = {
      ...world.write,
      prepare: (_: unknown, draft: Creation) => (world.order.push('prepare'), prepare(draft)),
    }
    return { ...world, fromConnection: () => ask(world.services, world.seat, write, { room: 'lobby' }) }
  }

  test('is looked up once it is counted, for hooks and log to see', async () => {
    const { order, append, fromConnection } = file((draft) => Promise.resolve({ ...draft, meta: '{"n":1}' }))
    await fromConnection()
    expect(order).toEqual(['change', 'rate', 'prepare', 'hook', 'commit'])
    expect(append).toHaveBeenCalledWith(expect.objectContaining({ meta: '{"n":1}' }))
  })

  test('may refuse it, but not the retry of what is committed', async () => {
    const { append, findAppended, fromConnection } = file(() =>
      Promise.reject(new Refusal('invalid_request', 'unable to send; the file is used already')),
    )
    await expect(fromConnection()).rejects.toMatchObject({ code: 'invalid_request' })
    findAppended.mockResolvedValueOnce({ ...ADDED, outcome: 'known' })
    expect(await fromConnection()).toMatchObject({ message: STORED })
    expect(append).not.toHaveBeenCalled()
  })
})

describe('a hook', () => {
  const replace =
    (fields: Partial<Creation>): BeforeChange =>
    ({ draft }) => ({ kind: 'replace', draft: { ...(draft as Creation), ...fields } })

  test('may replace what is written; the next one sees it, and the retry is known by what was sent', async () => {
    const seen = vi.fn<BeforeChange>(() => ({ kind: 'pass' }))
    const { join, fromConnection, append } = start({ beforeChange: [replace({ text: '***' }), seen] })
    join()
    const { message } = await fromConnection()
    expect(message.text).toBe('***')
    expect(seen.mock.calls[0]?.[0].draft).toMatchObject({ text: '***' })
    expect(append).toHaveBeenCalledWith(expect.objectContaining({ text: '***', fingerprint: 'f' }))
  })

  test('may replace an edit, whose retry is known by what was sent, too', async () => {
    const { services, seat, join, writeChange } = start({
      beforeChange: [
        ({ draft }) => ({
          kind: 'replace',
          draft: {
            ...{ kind: 'alteration', id: draft.id, change: { ...EDIT, text: '***' } },
            conditions: { who: 'anybody' },
          },
        }),
      ],
    })
    join()
    await ask(services, seat, alteration, { room: 'lobby' })
    expect(writeChange).toHaveBeenCalledWith(
      expect.objectContaining({
        ...{ id: 'c1', change: { ...EDIT, text: '***' }, sent: EDIT },
        conditions: { who: 'author', withinSeconds: 60 },
      }),
    )
  })

  test('may refuse, which asks no other and writes nothing', async () => {
    const next = vi.fn<BeforeChange>(() => ({ kind: 'pass' }))
    const { join, fromConnection, append } = start({
      beforeChange: [
        () => Promise.resolve({ kind: 'refuse', code: 'forbidden', message: 'unable to send; not here' }),
        next,
      ],
    })
    join()
    await expect(fromConnection()).rejects.toMatchObject({
      code: 'forbidden',
      message: 'unable to send; not here',
    })
    expect(next).not.toHaveBeenCalled()
    expect(append).not.toHaveBeenCalled()
  })

  describe('that refuses the retry of what is committed', () => {
    const refuse: BeforeChange = () => ({ kind: 'refuse', code: 'forbidden', message: 'unable to send' })

    test.each(['fromConnection', 'fromApp'] as const)(
      '[P3] does not undo it: the retry gets the message, %s',
      async (way) => {
        const { findAppended, append, order, join, ...ways } = start({ beforeChange: [refuse] })
        join()
        findAppended.mockResolvedValueOnce({ ...ADDED, outcome: 'known' })
        expect(await ways[way]()).toEqual({ epoch: 'e1', message: STORED })
        expect(findAppended).toHaveBeenCalledWith(expect.objectContaining({ id: 'm1', fingerprint: 'f' }))
        expect(append).not.toHaveBeenCalled()
        expect(order).toEqual(['change', 'rate', 'hook'])
      },
    )

    test('[P3] nor a change: the retry gets its rev', async () => {
      const { services, seat, join, findChanged, writeChange } = start({ beforeChange: [refuse] })
      join()
      findChanged.mockResolvedValueOnce({ rev: 7 })
      expect(await ask(services, seat, alteration, { room: 'lobby' })).toEqual({ epoch: 'e1', rev: 7 })
      expect(writeChange).not.toHaveBeenCalled()
    })

    test('[P3] is not the last word while nobody can say whether it is committed', async () => {
      const { findAppended, join, fromConnection } = start({ beforeChange: [refuse] })
      join()
      findAppended.mockRejectedValueOnce(new StorageUnavailable('away'))
      await expect(fromConnection()).rejects.toThrow(StorageUnavailable)
    })

    test('a fault of it is no refusal', async () => {
      const { findAppended, join, fromConnection } = start({
        beforeChange: [() => Promise.reject(new Error('broken'))],
      })
      join()
      await expect(fromConnection()).rejects.toThrow('broken')
      expect(findAppended).not.toHaveBeenCalled()
    })
  })

  test('may not change by what a retry is known', async () => {
    const { join, fromConnection, append } = start({ beforeChange: [replace({ fingerprint: 'g' })] })
    join()
    await fromConnection()
    expect(append).toHaveBeenCalledWith(expect.objectContaining({ fingerprint: 'f' }))
  })

  test.each<[string, BeforeChange]>([
    ['id', replace({ id: 'm2' })],
    [
      'kind',
      ({ draft: { id } }) => ({
        kind: 'replace',
        draft: { kind: 'alteration', id, change: EDIT, conditions: { who: 'anybody' } },
      }),
    ],
  ])('that makes another change of it is a fault: another %s', async (_, hook) => {
    const { join, fromConnection, append } = start({ beforeChange: [hook] })
    join()
    await expect(fromConnection()).rejects.toThrow('replaced a change')
    expect(append).not.toHaveBeenCalled()
  })
})

describe('without a connection', () => {
  test('a room need not be open here', async () => {
    const { fromApp, append, refs } = start()
    await fromApp()
    expect(append).toHaveBeenCalledWith(expect.objectContaining({ roomKey: 1, epoch: 'e1' }))
    expect(refs.look).not.toHaveBeenCalled()
  })

  test('a room that began again since it was remembered is looked up once more', async () => {
    const { fromApp, append, refs, rates } = start()
    append.mockRejectedValueOnce(gone())
    await expect(fromApp()).resolves.toMatchObject({ epoch: 'e2' })
    expect(refs.forget).toHaveBeenCalledWith(ref('e1'))
    expect(append.mock.calls.map(([message]) => message)).toMatchObject([{ epoch: 'e1' }, { epoch: 'e2' }])
    expect(rates.takeAll, 'and counted once').toHaveBeenCalledTimes(1)
  })

  test('and no more than once', async () => {
    const { fromApp, append } = start()
    append.mockRejectedValueOnce(gone()).mockRejectedValueOnce(gone())
    await expect(fromApp()).rejects.toMatchObject({ code: 'unavailable', retryAfterMs: 1_000 })
    expect(append).toHaveBeenCalledTimes(2)
  })

  test('a room that is gone is no room', async () => {
    const { fromApp, append, refs } = start()
    append.mockRejectedValueOnce(gone())
    refs.look.mockResolvedValueOnce(undefined)
    await expect(fromApp()).rejects.toMatchObject({ code: 'room_not_found' })
    refs.find.mockResolvedValueOnce(undefined)
    await expect(fromApp()).rejects.toMatchObject({ code: 'room_not_found' })
  })

  test('[P8] a room one may not read is no room, after the same work', async () => {
    const { services, refs, write, order } = start()
    const actor = userActor({ app, address: '1.2.3.4', identity: guest('ada', ['write']) })
    const hidden = createRunner(services).run(write, { actor }, { room: 'lobby' })
    await expect(hidden).rejects.toMatchObject({ code: 'room_not_found' })
    expect(refs.find).toHaveBeenCalledTimes(1)
    expect(order).toEqual([])
  })

  test('what needs a connection is refused', async () => {
    const sit = asks({
      ...{ name: 'test:sit', of: 'connection' as const, input: z.strictObject({}) },
      run: () => Promise.resolve({}),
    })
    const { services } = start()
    const asked = createRunner(services).run(sit, { actor: appActor(app, '') }, {})
    await expect(asked).rejects.toMatchObject({ code: 'invalid_request' })
  })
})

test('what can be refused without counting is refused before', async () => {
  const { order, services, seat } = start()
  const run = vi.fn(() => Promise.resolve({}))
  const check = vi.fn(() => {
    throw new Refusal('name_fixed', 'no')
  })
  const operation = asks({
    ...{ name: 'test:check', of: 'connection' as const, input: z.strictObject({}), check, run },
    rate: () => [],
  })
  await expect(ask(services, seat, operation, {})).rejects.toMatchObject({ code: 'name_fixed' })
  expect(order).toEqual([])
  expect(run).not.toHaveBeenCalled()
})

describe('what is asked', () => {
  const Room = z.strictObject({ room: z.string() })
  const seen = () => vi.fn((context: object) => Promise.resolve(Object.keys(context).toSorted()))

  test('of the app needs neither room nor connection', async () => {
    const { services } = start()
    const operation = asks({
      name: 'test:app',
      of: 'app',
      actors: ['app'],
      input: z.strictObject({}),
      run: seen(),
    })
    const asked = createRunner(services).run(operation, { actor: appActor(app, '') }, {})
    expect(await asked).toEqual(['actor', 'services'])
  })

  test('of the app is for those it names, before anything is counted', async () => {
    const { services, seat, order } = start()
    const run = vi.fn(() => Promise.resolve({}))
    const operation = asks({
      name: 'test:app',
      of: 'app',
      actors: ['app', 'admin'],
      input: z.strictObject({}),
      rate: () => [],
      run,
    })
    await expect(ask(services, seat, operation, {})).rejects.toMatchObject({
      code: 'forbidden',
      message: 'unable to do this; it is not for a user',
    })
    expect([order, run.mock.calls]).toEqual([[], []])
  })

  test('of no room has no capability to ask for: it does not compile', () => {
    const about = { name: 'test:none', input: z.strictObject({}), run: () => Promise.resolve({}) }
    // @ts-expect-error nothing would check it
    asks({ ...about, of: 'connection', needs: 'moderate' })
    // @ts-expect-error nothing would check it
    asks({ ...about, of: 'app', actors: ['app'], needs: 'moderate' })
    // @ts-expect-error nobody says who may
    asks({ ...about, of: 'app' })
  })

  test('of a room is of one the connection is in, or of any as it is now', async () => {
    const { services, seat, join, refs } = start()
    const run = vi.fn(({ room }: { room: RoomRef }) => Promise.resolve(room.epoch))
    const operation = asks({
      ...{ name: 'test:room', of: 'room' as const, needs: 'read' as const, input: Room, run },
    })
    await expect(ask(services, seat, operation, { room: 'lobby' })).rejects.toMatchObject({
      code: 'not_joined',
    })
    join()
    expect(await ask(services, seat, operation, { room: 'lobby' })).toBe('e1')
    expect(refs.look).not.toHaveBeenCalled()
    const asked = createRunner(services).run(operation, { actor: appActor(app, '') }, { room: 'lobby' })
    expect(await asked).toBe('e2')
    expect(refs.find).not.toHaveBeenCalled()
  })

  test.each(['room', 'joined'] as const)('of a room needs the capability it says: %s', async (of) => {
    const { services, seat, join, order } = start()
    join()
    const run = vi.fn(() => Promise.resolve({}))
    const operation = asks({
      ...{ name: 'test:needs', of, needs: 'moderate' as const, input: Room, rate: () => [], run },
    })
    await expect(ask(services, seat, operation, { room: 'lobby' })).rejects.toMatchObject({
      code: 'forbidden',
      message: 'unable to do this in the room; it needs the capability moderate',
    })
    expect(order).toEqual([])
    seat.identity = guest('ada', ['moderate'])
    await ask(services, seat, operation, { room: 'lobby' })
    expect(order).toEqual(['rate'])
    expect(run).toHaveBeenCalledTimes(1)
  })

  test('beyond a rate is not run; what has none is not counted', async () => {
    const { services, seat, order } = start({ refusedRate: true })
    const run = vi.fn(() => Promise.resolve({}))
    const description = { name: 'test:rate', of: 'connection' as const, input: z.strictObject({}), run }
    const limited = asks({ ...description, rate: () => [] })
    await expect(ask(services, seat, limited, {})).rejects.toMatchObject({ code: 'rate_limited' })
    expect(run).not.toHaveBeenCalled()
    await ask(services, seat, asks(description), {})
    expect(order).toEqual(['rate'])
    expect(run).toHaveBeenCalledTimes(1)
  })

  test('of a room without one is a fault, not a room', async () => {
    const { services, seat } = start()
    for (const input of [{}, { room: 7 }]) {
      const operation = asks({
        ...{ name: 'test:broken', of: 'room' as const, input: z.custom<{ room: string }>(() => true) },
        run: seen(),
      })
      await expect(ask(services, seat, operation, input as { room: string })).rejects.toThrow(
        'no room in its input',
      )
    }
  })

  test('may need one of several capabilities', async () => {
    const { services, seat, join, append } = start()
    join()
    const either = creates({
      ...{ name: 'test:either', needs: ['write', 'moderate'] as const, input: Room, rate: () => [] },
      change: (): Creation => ({ kind: 'creation', id: 'm1', author: AUTHOR, text: 'hi', fingerprint: 'f' }),
    })
    for (const capability of ['write', 'moderate'] as const) {
      seat.identity = guest('ada', [capability])
      await ask(services, seat, either, { room: 'lobby' })
    }
    expect(append).toHaveBeenCalledTimes(2)
    seat.identity = guest('ada', ['read', 'react'])
    await expect(ask(services, seat, either, { room: 'lobby' })).rejects.toThrow('write or moderate')
  })
})

test('a failure that is not of the room is not asked again', async () => {
  const { append, fromApp, refs } = start()
  append.mockRejectedValueOnce(new Refusal('overloaded', 'too many wait'))
  await expect(fromApp()).rejects.toMatchObject({ code: 'overloaded' })
  expect(refs.forget).not.toHaveBeenCalled()
})
