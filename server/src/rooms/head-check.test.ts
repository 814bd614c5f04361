import { afterEach, expect, test, vi } from 'vitest'
import { createLogger } from '../process/logger.js'
import { createMetrics } from '../metrics.js'
import type { RoomHeadRow } from '../storage/room-repository.js'
import { startHeadCheck } from './head-check.js'
import type { OpenRoom } from './room-hub.js'

afterEach(() => void vi.useRealTimers())

type Room = Pick<OpenRoom, 'appId' | 'id' | 'key' | 'epoch' | 'deliveredRev'>

function startCheck(open: Room[], heads: (keys: readonly number[]) => Promise<RoomHeadRow[]>) {
  const publishHead = vi.fn()
  const metrics = createMetrics()
  const asked = vi.fn(heads)
  const dropVanished = vi.fn()
  const check = startHeadCheck({
    hub: { openRooms: () => open, publishHead, dropVanished },
    rooms: { heads: asked },
    metrics,
    log: createLogger('silent'),
  })
  const gaps = async () => (await metrics.headGaps.get()).values[0]?.value
  const looks = async () => (await metrics.headChecks.get()).values[0]?.value
  return { ...check, publishHead, dropVanished, asked, gaps, looks }
}

const room = (key: number, deliveredRev?: number): Room => ({
  appId: 'demo',
  id: `room-${key}`,
  key,
  epoch: 'e1',
  deliveredRev,
})
const head = (key: number, rev: number, epoch = 'e1'): RoomHeadRow => ({
  appId: 'demo',
  id: `room-${key}`,
  key,
  rev,
  epoch,
})

test('[P5] a room behind the database gets its head; one that is level does not', async () => {
  const [behind, level] = [room(1, 4), room(2, 5)]
  const { check, close, publishHead, gaps } = startCheck([behind, level], () =>
    Promise.resolve([head(1, 5), head(2, 5)]),
  )
  await check()
  expect(publishHead).toHaveBeenCalledExactlyOnceWith(behind, { epoch: 'e1', rev: 5 })
  expect(await gaps()).toBe(1)
  close()
})

test('[P5] the first check of a room sends its head and is no gap', async () => {
  const fresh = room(1)
  const { check, close, publishHead, gaps } = startCheck([fresh], () => Promise.resolve([head(1, 0)]))
  await check()
  expect(publishHead).toHaveBeenCalledTimes(1)
  expect(await gaps()).toBe(0)
  close()
})

test('[P4] another epoch is sent even when its rev is lower', async () => {
  const { check, close, publishHead } = startCheck([room(1, 9)], () => Promise.resolve([head(1, 2, 'e2')]))
  await check()
  expect(publishHead).toHaveBeenCalledWith(expect.anything(), { epoch: 'e2', rev: 2 })
  close()
})

test('a commit delivered during the query is no gap', async () => {
  const busy = room(1, 4)
  const { check, close, publishHead } = startCheck([busy], () => {
    busy.deliveredRev = 5
    return Promise.resolve([head(1, 5)])
  })
  await check()
  expect(publishHead).not.toHaveBeenCalled()
  close()
})

test('only the rooms asked for are compared', async () => {
  const { check, close, asked } = startCheck([room(1, 1), room(2, 1)], () => Promise.resolve([]))
  await check([2, 3])
  expect(asked).toHaveBeenCalledExactlyOnceWith([2])
  close()
})

test('a thousand rooms are one query, and no rooms are none', async () => {
  const many = startCheck(
    Array.from({ length: 1_001 }, (_, key) => room(key, 1)),
    () => Promise.resolve([]),
  )
  await many.check()
  expect(many.asked.mock.calls.map(([keys]) => keys.length)).toEqual([1_000, 1])
  many.close()
  const none = startCheck([], () => Promise.resolve([]))
  await none.check()
  expect(none.asked).not.toHaveBeenCalled()
  none.close()
})

test('[P5] it looks every 8 s, one look at a time, goes on after a failure, and ends with close', async () => {
  vi.useFakeTimers()
  let answer = () => {}
  const { close, asked } = startCheck([room(1, 1)], () => new Promise((done) => (answer = () => done([]))))
  asked.mockRejectedValueOnce(new Error('away'))
  await vi.advanceTimersByTimeAsync(8_000)
  expect(asked).toHaveBeenCalledTimes(1)
  await vi.advanceTimersByTimeAsync(24_000)
  expect(asked, 'the second hangs').toHaveBeenCalledTimes(2)
  answer()
  await vi.advanceTimersByTimeAsync(8_000)
  expect(asked).toHaveBeenCalledTimes(3)
  close()
  expect(vi.getTimerCount()).toBe(0)
})

test("[P4 P8] a room that is gone, or whose key is another room now, is dropped and never receives the other one's head", async () => {
  const [gone, taken, there] = [room(1, 4), room(2, 4), room(3, 4)]
  const { check, close, publishHead, dropVanished } = startCheck([gone, taken, there], () =>
    Promise.resolve([{ ...head(2, 9), appId: 'other' }, head(3, 4)]),
  )
  await check()
  expect(dropVanished.mock.calls).toEqual([[gone], [taken]])
  expect(publishHead).not.toHaveBeenCalled()
  close()
})

test('a frame that is on its way while the head is looked up is no gap', async () => {
  const busy = room(1, 4)
  const { check, close, publishHead, gaps } = startCheck([busy], () => Promise.resolve([head(1, 5)]))
  const checking = check()
  setTimeout(() => (busy.deliveredRev = 5), 50)
  await checking
  expect(publishHead).not.toHaveBeenCalled()
  expect(await gaps()).toBe(0)
  close()
})

test('[P5] a frame that came during the first look is not told again', async () => {
  const fresh = room(1)
  const { check, close, publishHead } = startCheck([fresh], () => {
    fresh.deliveredRev = 5
    return Promise.resolve([head(1, 5)])
  })
  await check()
  expect(publishHead).not.toHaveBeenCalled()
  close()
})

test('[P4] a key that is another room of the same app is not the open room either', async () => {
  const taken = room(2, 4)
  const { check, close, publishHead, dropVanished } = startCheck([taken], () =>
    Promise.resolve([{ ...head(2, 9), id: 'other' }]),
  )
  await check()
  expect(dropVanished.mock.calls).toEqual([[taken]])
  expect(publishHead).not.toHaveBeenCalled()
  close()
})

test('[P4] a head of an epoch that ended while the check waited is not published', async () => {
  const restarted = room(1, 4)
  const { check, close, publishHead } = startCheck([restarted], () => Promise.resolve([head(1, 5)]))
  const checking = check()
  setTimeout(() => Object.assign(restarted, { epoch: 'e2', deliveredRev: 1 }), 50)
  await checking
  expect(publishHead).not.toHaveBeenCalled()
  close()
})

test('nothing is published once it is closed', async () => {
  const { check, close, publishHead } = startCheck([room(1, 4)], () => Promise.resolve([head(1, 5)]))
  const checking = check()
  setTimeout(close, 50)
  await checking
  expect(publishHead).not.toHaveBeenCalled()
})

test('looks at all rooms are counted, and so are gaps', async () => {
  const { check, close, gaps, looks } = startCheck([room(1, 9)], () => Promise.resolve([head(1, 2, 'e2')]))
  await check([1])
  expect([await looks(), await gaps()]).toEqual([0, 1])
  await check()
  expect([await looks(), await gaps()]).toEqual([1, 2])
  close()
})
