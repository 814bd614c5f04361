/** An app that clients of a rehearsal or a benchmark connect to: whom they are, and how they prove it. */
import { SignJWT } from 'jose'
import { randomBytes } from 'node:crypto'
import { APP_LIMITS, AppSettingsSchema } from '@alcove/server/internal/apps/app-settings'
import { createAppRepository } from '@alcove/server/internal/storage/app-repository'
import type { Database } from '@alcove/server/internal/storage/database'
import { migrate } from '@alcove/server/internal/storage/migrate'
import { openPglite } from '@alcove/server/internal/storage/pglite'
import { openPostgres } from '@alcove/server/internal/storage/postgres'
import { createRoomRepository } from '@alcove/server/internal/storage/room-repository'

export interface TrialApp {
  readonly id: string
  /** A user's token; without it clients are guests. */
  readonly token?: (user: string, claims?: Record<string, unknown>) => Promise<string>
}

const LIFETIME_SECONDS = 3_600

/** Limits that are out of the way: they are tested elsewhere. */
const LIMITS = {
  ...Object.fromEntries(
    APP_LIMITS.filter((name) =>
      /^(messagesPer|messageBurst|reactionsPerSecond|connectionsPer|membersPer|newRooms|rooms$)/.test(name),
    ).map((name) => [name, 100_000]),
  ),
  messageCharacters: 17_000,
  messageBytes: 17_000,
}

export async function createTrialApp(database: Database, name: string): Promise<TrialApp> {
  const id = `${name}-${randomBytes(4).toString('hex')}`
  const secret = randomBytes(32).toString('base64url')
  const settings = AppSettingsSchema.parse({ nativeClients: true, limits: LIMITS })
  await createAppRepository(database).create({ id, secret, settings })
  return signedApp(id, secret)
}

export function signedApp(id: string, secret: string): TrialApp {
  const key = new TextEncoder().encode(secret)
  return {
    id,
    token: (user, claims = {}) =>
      new SignJWT({ name: user, ...claims })
        .setProtectedHeader({ alg: 'HS256' })
        .setSubject(user)
        .setAudience(id)
        .setIssuedAt()
        .setExpirationTime(Math.floor(Date.now() / 1000) + LIFETIME_SECONDS)
        .sign(key),
  }
}

/**
 * As `createTrialApp`, in a database that nobody has open: made ready and closed again.
 *
 * @param rooms that exist before anybody joins; one person may not make thousands of them
 */
export async function prepareTrialApp(
  where: { dataDir: string; databaseUrl: string | undefined },
  name: string,
  rooms: readonly string[] = [],
): Promise<TrialApp> {
  const { databaseUrl, dataDir } = where
  const database = databaseUrl === undefined ? await openPglite(dataDir) : openPostgres(databaseUrl)
  try {
    await migrate(database)
    const app = await createTrialApp(database, name)
    const repository = createRoomRepository(database)
    for (const room of rooms) await repository.findOrCreate(app.id, room)
    return app
  } finally {
    await database.close()
  }
}
