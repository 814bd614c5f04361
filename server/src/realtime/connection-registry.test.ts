import { expect, test } from 'vitest'
import type { Connection } from './connection.js'
import { createConnectionRegistry } from './connection-registry.js'

const connectionOf = (appId: string, userId: string) =>
  ({ app: { id: appId }, identity: { user: { id: userId } } }) as Connection

test('a user has as many connections as were added and not removed, in whatever order', () => {
  const registry = createConnectionRegistry()
  const [a, b, c] = [1, 2, 3].map(() => connectionOf('demo', 'ada')) as [Connection, Connection, Connection]
  const ofAda = () => [...registry.ofUser('demo', 'ada')]
  expect(ofAda()).toEqual([])
  registry.add(a)
  expect(ofAda()).toEqual([a])
  registry.add(b)
  registry.add(c)
  expect(ofAda()).toEqual([a, b, c])
  registry.remove(a)
  registry.remove(c)
  expect(ofAda()).toEqual([b])
  registry.remove(b)
  expect(ofAda()).toEqual([])
  expect(registry.size).toBe(0)
})

test('removing a connection that is not there, or not any more, takes nobody else out', () => {
  const registry = createConnectionRegistry()
  const [a, b] = [connectionOf('demo', 'ada'), connectionOf('demo', 'ada')]
  registry.add(a)
  registry.remove(b)
  registry.remove(b)
  expect([...registry.ofUser('demo', 'ada')]).toEqual([a])
  expect([...registry.all()]).toEqual([a])
})

test('[P8] users of one id in two apps are two users', () => {
  const registry = createConnectionRegistry()
  const [here, there] = [connectionOf('demo', 'ada'), connectionOf('other', 'ada')]
  registry.add(here)
  registry.add(there)
  expect([...registry.ofUser('demo', 'ada')]).toEqual([here])
  registry.remove(there)
  expect([...registry.all()]).toEqual([here])
})

test('who is removed while one goes through a user’s connections is still gone through', () => {
  const registry = createConnectionRegistry()
  const connections = [connectionOf('demo', 'ada'), connectionOf('demo', 'ada')]
  for (const connection of connections) registry.add(connection)
  let seen = 0
  for (const connection of registry.ofUser('demo', 'ada')) {
    registry.remove(connection)
    seen += 1
  }
  expect(seen).toBe(2)
})
