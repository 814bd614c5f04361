/** What a site's backend does for its signed-in users: a short-lived token, signed with the app's secret. */
import { readFile } from 'node:fs/promises'
import { SignJWT } from 'jose'

/** A real site takes the user from its own session; here the page may say who it is. */
const USERS = {
  ada: 'Ada Lovelace',
  grace: 'Grace Hopper',
  katherine: 'Katherine Johnson',
}

/**
 * @param {{ app: string, keyFile: string, user: string | null }} request
 * @returns {Promise<string | undefined>} Nothing for somebody unknown.
 */
export async function signToken({ app, keyFile, user }) {
  if (user === null || !Object.hasOwn(USERS, user)) return undefined
  const { secret } = JSON.parse(await readFile(keyFile, 'utf8'))
  return new SignJWT({ name: USERS[user] })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(user)
    .setAudience(app)
    .setIssuedAt()
    .setExpirationTime('15m')
    .sign(new TextEncoder().encode(secret))
}
