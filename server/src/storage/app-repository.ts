/** Rows of apps: the tenants. Settings are validated when they are read (apps/app-settings.ts). */
import type { Database } from './database.js'

export interface AppRow {
  id: string
  secret: string
  settings: unknown
}

export interface AppRepository {
  find(id: string): Promise<AppRow | undefined>
  /** @param digest of the secret, SHA-256 in hex */
  findByDigest(digest: string): Promise<AppRow | undefined>
  list(): Promise<AppRow[]>
  /** @returns false if the id is taken. */
  create(app: AppRow): Promise<boolean>
  updateSettings(id: string, settings: unknown): Promise<void>
}

export function createAppRepository(database: Database): AppRepository {
  return {
    find: async (id) =>
      (await database.query<AppRow>('select id, secret, settings from apps where id = $1', [id]))[0],
    // Searches few rows, and only for a secret that is not cached.
    findByDigest: async (digest) =>
      (
        await database.query<AppRow>(
          "select id, secret, settings from apps where encode(sha256(convert_to(secret, 'UTF8')), 'hex') = $1 limit 1",
          [digest],
        )
      )[0],
    list: () => database.query<AppRow>('select id, secret, settings from apps order by id'),
    create: async ({ id, secret, settings }) =>
      (
        await database.query(
          'insert into apps (id, secret, settings) values ($1, $2, $3) on conflict do nothing returning id',
          [id, secret, JSON.stringify(settings)],
        )
      ).length > 0,
    updateSettings: async (id, settings) => {
      await database.query('update apps set settings = $2 where id = $1', [id, JSON.stringify(settings)])
    },
  }
}
