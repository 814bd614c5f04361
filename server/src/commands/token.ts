/** `alcove token`: signs a user's token with the app's secret, for trying things out and for scripts. */
import { parseArgs } from 'node:util'
import { SignJWT } from 'jose'
import { Refusal } from '../errors/refusal.js'
import { verifySignedToken } from '../identity/signed-token.js'
import type { AppRepository } from '../storage/app-repository.js'
import { Usage } from './usage.js'

const DEFAULT_MINUTES = 60

export async function tokenCommand(args: string[], open: () => Promise<AppRepository>): Promise<string> {
  const { appId, user, name, minutes } = parse(args)
  const app = await (await open()).find(appId)
  if (!app) throw new Usage(`no app ${appId}; see: alcove app list`)
  const token = await new SignJWT(name === undefined ? {} : { name })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(user)
    .setAudience(appId)
    .setIssuedAt()
    .setExpirationTime(`${minutes}m`)
    .sign(new TextEncoder().encode(app.secret))
  await verifySignedToken(token, app).catch((error: unknown) => {
    throw error instanceof Refusal ? new Usage(`the server would refuse this token: ${error.message}`) : error
  })
  return token
}

function parse(args: string[]): { appId: string; user: string; name: string | undefined; minutes: number } {
  try {
    const { positionals, values } = parseArgs({
      args,
      options: { name: { type: 'string' }, minutes: { type: 'string' } },
      allowPositionals: true,
    })
    const [appId, user, ...extra] = positionals
    if (appId === undefined || user === undefined || extra.length > 0)
      throw new Error('token needs an app and a user')
    const minutes = Number(values.minutes ?? DEFAULT_MINUTES)
    if (!Number.isInteger(minutes) || minutes < 1)
      throw new Error(`--minutes should be a whole number from 1, not ${JSON.stringify(values.minutes)}`)
    return { appId, user, name: values.name, minutes }
  } catch (error) {
    throw new Usage(error instanceof Error ? error.message : String(error))
  }
}
