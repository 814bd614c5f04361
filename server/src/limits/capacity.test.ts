import { beforeEach, describe, expect, test } from 'vitest'
import { createCapacity, type Capacity } from './capacity.js'

const state = { connections: 0, time: 0 }
beforeEach(() => Object.assign(state, { connections: 0, time: 1_000_000 }))

const create = (maxConnections: number): Capacity =>
  createCapacity({ maxConnections, countConnections: () => state.connections, now: () => state.time })

function settleOf(capacity: Capacity): () => void {
  const reservation = capacity.reserve()
  if (reservation.kind !== 'reserved') throw new Error('turned away')
  return reservation.settle
}

describe('places', () => {
  test('handshakes that run at the same time do not all get the last one', () => {
    const capacity = create(2)
    const settle = settleOf(capacity)
    settleOf(capacity)
    expect(capacity.reserve()).toMatchObject({ kind: 'turned-away', retryAfterMs: 5_000 })
    settle()
    expect(capacity.reserve().kind, 'one came to nothing').toBe('reserved')
  })

  test('a handshake that has only begun has no place, and begins only while there is one', () => {
    const capacity = create(2)
    for (let i = 0; i < 10; i += 1) expect(capacity.admit('home').kind).toBe('admitted')
    expect(capacity.isFull).toBe(false)
    settleOf(capacity)
    settleOf(capacity)
    expect(capacity.admit('home')).toMatchObject({ kind: 'turned-away', retryAfterMs: 5_000 })
  })

  test('a handshake that is settled twice gives back one place', () => {
    const capacity = create(2)
    const settle = settleOf(capacity)
    settle()
    settle()
    settleOf(capacity)
    settleOf(capacity)
    expect(capacity.reserve().kind).toBe('turned-away')
  })

  test('a place is free as soon as a connection leaves', () => {
    const capacity = create(100)
    state.connections = 100
    expect(capacity.reserve().kind).toBe('turned-away')
    state.connections = 99
    expect(capacity.reserve().kind).toBe('reserved')
  })
})

describe('readiness', () => {
  test('a full node is ready again below 95 %', () => {
    const capacity = create(100)
    const isFullWith = (connections: number) => {
      state.connections = connections
      return capacity.isFull
    }
    expect([99, 100, 99, 95, 94, 95, 99, 100].map(isFullWith)).toEqual([
      false,
      true,
      true,
      true,
      false,
      false,
      false,
      true,
    ])
  })

  test('being turned away is remembered although nobody asked in that moment', () => {
    const capacity = create(100)
    state.connections = 100
    capacity.reserve()
    state.connections = 96
    expect(capacity.isFull).toBe(true)
  })
})

test('too many new connections at once are turned away for a while, and do not make the node full', () => {
  const capacity = create(1_000_000)
  const admitted = (attempts: number) =>
    Array.from({ length: attempts }, (_, i) => capacity.admit(`home ${i}`).kind).filter(
      (kind) => kind === 'admitted',
    ).length
  expect(admitted(3_000)).toBe(2_000)
  expect(capacity.admit('home')).toMatchObject({ kind: 'turned-away', retryAfterMs: 2_000 })
  expect(capacity.isFull, 'a storm does not take the node out of the balancer').toBe(false)
  state.time += 500
  expect(admitted(3_000)).toBe(1_000)
})
