import { expect, test, vi } from 'vitest'
import { readsNothing } from '../../test/support/operations.js'
import { createRoomLog, type RoomLog } from '../log/room-log.js'
import { createMetrics } from '../metrics.js'
import { createRoomLogs } from './room-logs.js'

const room = (key: number) => ({ appId: 'demo', id: `room-${key}`, key })

test('those who read a room at the same moment share the read, though nobody is in it', async () => {
  const tail = vi.fn(() => Promise.resolve({ epoch: 'e1', head: 0, headSeq: 0, messages: [], isCut: false }))
  const create = (key: number) => createRoomLog(key, { ...readsNothing(), tail }, createMetrics())
  const logOf = createRoomLogs({ openRoom: () => undefined, create })
  await Promise.all(Array.from({ length: 20 }, (_, index) => logOf(room(1)).part(undefined, `r${index}`)))
  expect(tail).toHaveBeenCalledTimes(1)
  await logOf(room(2)).part(undefined, 'r')
  expect(tail).toHaveBeenCalledTimes(2)
})

test('an open room has a log of its own', () => {
  const log = {} as RoomLog
  const create = vi.fn()
  expect(createRoomLogs({ openRoom: () => ({ log }), create })(room(1))).toBe(log)
  expect(create).not.toHaveBeenCalled()
})
