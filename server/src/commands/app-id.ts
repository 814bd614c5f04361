/** An app's id on the command line: which ids are valid, why another is not, and which one was probably meant. */
import { APP_ID_PATTERN } from '../apps/app-settings.js'
import { Usage } from './usage.js'

const MAX_CHARACTERS = 64

/** @throws Usage */
export function requireAppId(action: string, id: string | undefined): string {
  if (id === undefined)
    throw new Usage(`app ${action} needs the id of an app, as in: alcove app ${action} shop`)
  if (APP_ID_PATTERN.test(id)) return id
  const meant = likeliest(id)
  throw new Usage(
    'an app id should be 1 to 64 of a-z 0-9 and -, not starting or ending with -; ' +
      `${JSON.stringify(id.slice(0, 2 * MAX_CHARACTERS))} ${mistakeIn(id)}${meant ? `, use ${meant}` : ''}`,
  )
}

function mistakeIn(id: string): string {
  const [other] = /[^a-z0-9-]/u.exec(id) ?? []
  if (id === '') return 'is empty'
  if (other !== undefined) return /[A-Z]/.test(other) ? 'has capital letters' : `has ${JSON.stringify(other)}`
  if (id.length > MAX_CHARACTERS) return `has ${id.length} characters`
  return id.startsWith('-') ? 'starts with -' : 'ends with -'
}

function likeliest(id: string): string | undefined {
  const plain = id
    .slice(0, 2 * MAX_CHARACTERS)
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, MAX_CHARACTERS)
    .replaceAll(/^-|-$/g, '')
  return APP_ID_PATTERN.test(plain) ? plain : undefined
}
