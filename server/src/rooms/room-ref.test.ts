import { expect, test, vi } from 'vitest'
import { createRoomRefs, type RoomRef } from './room-ref.js'

const row = (epoch: string) => ({ key: 7, epoch, createdAt: 1 })

function startRefs(openRoom: () => RoomRef | undefined = () => undefined) {
  const find = vi.fn(() => Promise.resolve<ReturnType<typeof row> | undefined>(row('e1')))
  return { find, refs: createRoomRefs({ rooms: { find, findOrCreate: vi.fn() }, openRoom }) }
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
