import { expect, test, vi } from 'vitest'
import { ask, createSeat, guest, servicesWith, unlimited } from '../../../test/support/operations.js'
import { toApp } from '../../apps/app-directory.js'
import type { OpenRoom } from '../../rooms/room-hub.js'
import { startTyping } from './start.js'

function startRequest() {
  const typing = { start: vi.fn(), stop: vi.fn() }
  const seat = createSeat(toApp({ id: 'demo', secret: '', settings: {} }), guest('ada', ['read', 'write']))
  seat.rooms.set('lobby', { id: 'lobby', typing } as unknown as OpenRoom)
  const services = servicesWith({ rates: unlimited() })
  return { typing, seat, run: () => ask(services, seat, startTyping, { room: 'lobby' }) }
}

test('[P6] someone who left while their rate was counted does not type', async () => {
  const { typing, seat, run } = startRequest()
  const answer = run()
  seat.rooms.delete('lobby')
  await answer
  expect(typing.start).not.toHaveBeenCalled()
})

test('someone who is there types', async () => {
  const { typing, run } = startRequest()
  await run()
  expect(typing.start).toHaveBeenCalledOnce()
})
