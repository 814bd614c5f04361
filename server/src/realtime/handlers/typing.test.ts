import { expect, test, vi } from 'vitest'
import { toApp } from '../../apps/app-directory.js'
import type { OpenRoom } from '../../rooms/room-hub.js'
import type { RequestContext } from '../request.js'
import { startTyping } from './typing.js'

function startRequest() {
  const typing = { start: vi.fn(), stop: vi.fn() }
  const rooms = new Map([['lobby', { id: 'lobby', typing } as unknown as OpenRoom]])
  const identity = { kind: 'guest', user: { id: 'guest:ada', name: 'Ada' }, capabilities: ['read', 'write'] }
  const context = {
    connection: { app: toApp({ id: 'demo', secret: '', settings: {} }), identity, rooms },
    services: { rates: { takeAll: () => Promise.resolve() } },
    endTurn() {},
  } as unknown as RequestContext
  return { typing, rooms, run: () => startTyping.run(context, { room: 'lobby' }) }
}

test('[P6] whoever left while their rate was counted does not type', async () => {
  const { typing, rooms, run } = startRequest()
  const answer = run()
  rooms.delete('lobby')
  await answer
  expect(typing.start).not.toHaveBeenCalled()
})

test('whoever is there types', async () => {
  const { typing, run } = startRequest()
  await run()
  expect(typing.start).toHaveBeenCalledOnce()
})
