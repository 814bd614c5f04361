/** Operations without a node: a seat instead of a connection, and only those services that a test gives. */
import { vi, type Mock } from 'vitest'
import type { App } from '../../src/apps/app-settings.js'
import type { LogReads } from '../../src/log/room-log.js'
import type { Identity } from '../../src/identity/identity.js'
import { userActor } from '../../src/operations/actor.js'
import type { Operation } from '../../src/operations/operation.js'
import { createRunner } from '../../src/operations/run.js'
import type { Seat } from '../../src/operations/seat.js'
import type { Services } from '../../src/operations/services.js'

export interface TestSeat extends Seat {
  isOpen: boolean
  subscribe: Mock<Seat['subscribe']>
  unsubscribe: Mock<Seat['unsubscribe']>
}

export function createSeat(app: App, identity: Identity): TestSeat {
  return {
    ...{ id: identity.user.id, app, identity, address: '1.2.3.4' },
    isOpen: true,
    rooms: new Map(),
    subscribe: vi.fn(() => Promise.resolve()),
    unsubscribe: vi.fn(),
    deliver: vi.fn(),
  }
}

/** Asks as a connection would. */
export function ask<I extends object, O>(
  services: Services,
  seat: Seat,
  operation: Operation<I, O>,
  input: I,
  endTurn: () => void = () => {},
): Promise<O> {
  return createRunner(services).run(operation, { actor: userActor(seat), seat, endTurn }, input)
}

export const guest = (name: string, capabilities: Identity['capabilities'] = ['read']): Identity => ({
  kind: 'guest',
  user: { id: `guest:${name}`, name, guest: true },
  capabilities,
})

/** Whatever is not given fails by name when it is used. */
export function servicesWith(parts: Partial<Services>): Services {
  return new Proxy({ beforeChange: [], ...parts } as Services, {
    get(target, name) {
      if (name in target) return target[name as keyof Services]
      throw new Error(`the test gives no ${String(name)}`)
    },
  })
}

/** The log of a room that nobody reads. */
export function readsNothing(): LogReads {
  const read = () => Promise.reject(new Error('the test reads no log'))
  return { head: read, tail: read, latest: read, since: read, range: read }
}

/** Rates that refuse nobody. */
export const unlimited = () => ({
  take: vi.fn(() => Promise.resolve()),
  takeAll: vi.fn(() => Promise.resolve()),
  charge: vi.fn(() => Promise.resolve()),
})
