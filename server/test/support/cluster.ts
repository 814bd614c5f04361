/** Several nodes of one process over one real Redis: a cluster as its clients see it. */
import { expect } from 'vitest'
import { namesOf } from '../../src/cluster/keys.js'
import type { Database } from '../../src/storage/database.js'
import { readDeployment } from '../../src/storage/deployment.js'
import { until } from './client.js'
import { ENGINES } from './database.js'
import { startNodeForTest, type TestNode } from './node.js'
import { HAS_REDIS, startRedis, type RedisServer } from './redis.js'

/** `npm test` always can. */
export const CAN_CLUSTER = HAS_REDIS && ENGINES.includes('postgres')

/** So many of them that each has its name. */
interface Nodes {
  1: [TestNode]
  2: [TestNode, TestNode]
  3: [TestNode, TestNode, TestNode]
}

type Options = Omit<NonNullable<Parameters<typeof startNodeForTest>[1]>, 'redisUrl'>

/** With a Redis of its own; resolves once all nodes have found it. Ended with the test. */
export async function startCluster<N extends keyof Nodes>(
  database: Database,
  count: N,
  options: Options = {},
): Promise<{ redis: RedisServer; nodes: Nodes[N] }> {
  const redis = await startRedis()
  return { redis, nodes: await startNodesOn(redis.url, database, count, options) }
}

/** The same over a Redis that is there. */
export async function startNodesOn<N extends keyof Nodes>(
  redisUrl: string,
  database: Database,
  count: N,
  options: Options = {},
): Promise<Nodes[N]> {
  const nodes = await Promise.all(
    Array.from({ length: count }, () => startNodeForTest(database, { ...options, redisUrl })),
  )
  await isShared(nodes, true)
  return nodes as Nodes[N]
}

/** With which everything begins that the nodes of this database keep in Redis. */
export async function prefixOf(database: Database): Promise<string> {
  return namesOf(await readDeployment(database)).prefix
}

/** Until every node says that Redis is there, or that it is not. */
export async function isShared(nodes: readonly TestNode[], expected: boolean): Promise<void> {
  const status = expected ? 'ready' : 'degraded'
  await until(async () => {
    for (const { url } of nodes) {
      const answer = await fetch(`${url}/readyz`)
      expect([answer.status, ((await answer.json()) as { status: string }).status]).toEqual([200, status])
    }
  })
}

/** A node's metric over all its labels. */
export async function valueOf(node: TestNode, name: string): Promise<number> {
  const { values } = await node.metrics.registry.getSingleMetric(name)!.get()
  return values.reduce((sum, { value }) => sum + value, 0)
}
