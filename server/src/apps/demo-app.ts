/** The app `demo` that `npm start` offers: open to guests from pages on this machine. */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { AppSettingsSchema } from './app-settings.js'
import { createAppRepository } from '../storage/app-repository.js'
import type { Database } from '../storage/database.js'
import { replaceFile } from '../storage/durable-files.js'
import { makeDirectory } from '../storage/make-directory.js'

export const DEMO_APP = 'demo'

/** Creates the app once and stores its secret where the demo site's token endpoint reads it. */
export async function keepDemoApp(database: Database, dataDir: string): Promise<void> {
  const apps = createAppRepository(database)
  await apps.create({
    id: DEMO_APP,
    secret: randomBytes(32).toString('base64url'),
    settings: AppSettingsSchema.parse({
      origins: ['http://localhost:*', 'http://127.0.0.1:*', 'http://[::1]:*'],
      nativeClients: true,
    }),
  })
  const app = await apps.find(DEMO_APP)
  makeDirectory(dataDir)
  replaceFile(join(dataDir, 'demo-app.json'), JSON.stringify({ app: DEMO_APP, secret: app?.secret }))
}
