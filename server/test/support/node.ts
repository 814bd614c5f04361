/** A node as `serve` starts it, on a free port, with apps of its own. */
import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, onTestFinished } from 'vitest'
import { SignJWT } from 'jose'
import { startNode, type Node } from '../../src/app.js'
import { AppSettingsSchema } from '../../src/apps/app-settings.js'
import { createLogger, type Logger } from '../../src/process/logger.js'
import type { ProtocolRange } from '../../src/operations/session/protocol-version.js'
import { createAppRepository } from '../../src/storage/app-repository.js'
import type { Database } from '../../src/storage/database.js'
import type { z } from 'zod'
import { openTestDatabase, type Engine } from './database.js'

export interface TestNode extends Node {
  url: string
}

export interface TestApp {
  id: string
  secret: string
  /** Signs a user's token. `expiresIn` in seconds from now, may be negative. */
  token(user: string, claims?: Record<string, unknown>, expiresIn?: number): Promise<string>
}

export async function startTestNode(
  database: Database,
  options: {
    headCheckEveryMs?: number
    trustProxy?: number
    protocols?: ProtocolRange
    maxConnections?: number
    redisUrl?: string
    log?: Logger
  } = {},
): Promise<TestNode> {
  const { headCheckEveryMs, trustProxy = 0, protocols, maxConnections = 20_000, redisUrl } = options
  const node = await startNode({
    config: {
      host: '127.0.0.1',
      port: 0,
      secret: 'test-secret-test-secret-test-secret',
      trustProxy,
      maxConnections,
      redisUrl,
    },
    database,
    log: options.log ?? createLogger(process.env.LOG_LEVEL ?? 'silent'),
    ...(headCheckEveryMs !== undefined && { headCheckEveryMs }),
    ...(protocols && { protocols }),
  })
  return { ...node, url: `http://127.0.0.1:${node.port}` }
}

/** One node on one database for all tests of a file or block; filled before the first of them. */
export interface World {
  database: Database
  node: TestNode
}

export function worldFor(engine: Engine, options: Parameters<typeof startTestNode>[1] = {}): World {
  const world = {} as World
  let close: () => Promise<void>
  beforeAll(async () => {
    const opened = await openTestDatabase(engine)
    world.database = opened.database
    world.node = await startTestNode(opened.database, options)
    close = opened.close
  })
  afterAll(async () => {
    await world.node.close()
    await close()
  })
  return world
}

/** Started for one test, stopped with it. */
export async function startNodeForTest(...args: Parameters<typeof startTestNode>): Promise<TestNode> {
  const node = await startTestNode(...args)
  onTestFinished(() => node.close())
  return node
}

/** A fresh app: guests and clients without an origin may connect unless `settings` say otherwise. */
export async function createApp(
  database: Database,
  settings: z.input<typeof AppSettingsSchema> = {},
): Promise<TestApp> {
  const id = `t-${randomBytes(5).toString('hex')}`
  const secret = randomBytes(32).toString('base64url')
  await createAppRepository(database).create({
    id,
    secret,
    settings: AppSettingsSchema.parse({ nativeClients: true, ...settings }),
  })
  return {
    id,
    secret,
    token: (user, claims = {}, expiresIn = 3_600) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'HS256' })
        .setSubject(user)
        .setAudience(id)
        .setIssuedAt()
        .setExpirationTime(Math.floor(Date.now() / 1000) + expiresIn)
        .sign(new TextEncoder().encode(secret)),
  }
}

/** Limits that are out of the way of a test about something else. */
export const GENEROUS = {
  messagesPerSecondPerUser: 10_000,
  messageBurstPerUser: 10_000,
  messagesPerSecondPerRoom: 10_000,
  messagesPerSecondPerApp: 1_000_000,
  connectionsPerAddress: 10_000,
  connectionsPerUser: 1_000,
  newRoomsPerMinute: 100_000,
}

export const newRoomId = (): string => `room-${randomUUID()}`
