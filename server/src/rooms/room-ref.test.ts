import { expect, test, vi } from 'vitest'
import { Refusal } from '../errors/refusal.js'
import { createRoomRefs, type RoomRef } from './room-ref.js'

const row = (epoch: string) => ({ key: 7, epoch, createdAt: 1 })

function startRefs(openRoom: () => RoomRef | undefined = () => undefined) {
  const find = vi.fn(() => Promise.resolve<ReturnType<typeof row> | undefined>(row('e1')))
  const findOrCreate = vi.fn(() => Promise.resolve(row('e1')))
  return { find, findOrCreate, refs: createRoomRefs({ rooms: { find, findOrCreate }, openRoom }) }
}

test('a room is looked up once, by app and id', async () => {
  const { find, refs } = startRefs()
  const room = await refs.find('demo', 'lobby')
  expect(room).toMatchObject({ appId: 'demo', id: 'lobby', key: 7, epoch: 'e1' })
  expect(await refs.find('demo', 'lobby')).toBe(room)
  expect(find).toHaveBeenCalledTimes(1)
  await refs.find('other', 'lobby')
  expect(find).toHaveBeenCalledTimes(2)
})

test('a room that was not there may be there the next time', async () => {
  const { find, refs } = startRefs()
  find.mockResolvedValueOnce(undefined)
  expect(await refs.find('demo', 'lobby')).toBeUndefined()
  expect(await refs.find('demo', 'lobby')).toBeDefined()
})

test('an open room is known to be there', async () => {
  const open = { id: 'lobby' } as RoomRef
  const { find, refs } = startRefs(() => open)
  expect(await refs.find('demo', 'lobby')).toBe(open)
  expect(find).not.toHaveBeenCalled()
})

test('a forgotten room is looked up again, and a look finds what is there now', async () => {
  const { find, refs } = startRefs()
  const room = (await refs.find('demo', 'lobby'))!
  find.mockResolvedValue(row('e2'))
  expect((await refs.find('demo', 'lobby'))?.epoch).toBe('e1')
  refs.forget(room)
  expect((await refs.find('demo', 'lobby'))?.epoch).toBe('e2')
  find.mockResolvedValue(undefined)
  expect(await refs.look('demo', 'lobby')).toBeUndefined()
  expect(await refs.find('demo', 'lobby')).toBeUndefined()
})

test('those who look at the same moment share the look-up, but nobody gets an older one', async () => {
  const { find, refs } = startRefs()
  let answer = (_: ReturnType<typeof row> | undefined) => {}
  find.mockImplementationOnce(() => new Promise((resolve) => (answer = resolve)))
  const first = [1, 2, 3].map(() => refs.look('demo', 'lobby'))
  await vi.waitFor(() => expect(find).toHaveBeenCalledTimes(1))
  const later = refs.look('demo', 'lobby')
  answer(undefined)
  expect(await Promise.all(first)).toEqual([undefined, undefined, undefined])
  expect(await later).toMatchObject({ epoch: 'e1' })
  expect(find).toHaveBeenCalledTimes(2)
})

test('those who create a room at the same moment are one who is admitted, and one room', async () => {
  const { find, findOrCreate, refs } = startRefs()
  find.mockResolvedValue(undefined)
  const admit = vi.fn(() => Promise.resolve())
  const made = await Promise.all([1, 2, 3].map(() => refs.findOrCreate('demo', 'lobby', admit)))
  expect(new Set(made).size).toBe(1)
  expect([admit.mock.calls.length, findOrCreate.mock.calls.length]).toEqual([1, 1])
})

test('where one is refused, the next one is asked', async () => {
  const { find, refs } = startRefs()
  find.mockResolvedValue(undefined)
  const refuse = () => Promise.reject(new Refusal('rate_limited', 'too many'))
  const admits = [refuse, () => Promise.resolve(), refuse]
  const made = await Promise.allSettled(admits.map((admit) => refs.findOrCreate('demo', 'lobby', admit)))
  expect(made.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled'])
})
