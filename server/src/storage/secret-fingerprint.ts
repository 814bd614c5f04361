/**
 * Nodes with different secrets reject each other's guests for no visible reason, so the database stores a fingerprint
 * of the secret that does not help to guess it.
 */
import { ExpectedFailure } from '../errors/expected-failure.js'
import { scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import type { Database } from './database.js'

export class DifferentSecret extends ExpectedFailure {
  override readonly name = 'DifferentSecret'
}

const BYTES = 32

/** The first node decides. @throws DifferentSecret */
export async function checkSecret(database: Database, secret: string): Promise<void> {
  const [row] = await database.query<{ id: string; kept: string | null }>(
    'select id, secret_fingerprint as kept from deployment',
  )
  if (!row) throw new Error('unable to use this database; its table deployment is empty. Run: alcove migrate')
  const fingerprint = await fingerprintOf(secret, row.id)
  const kept = row.kept ?? (await keepFirst(database, fingerprint.toString('hex')))
  if (isSame(Buffer.from(kept, 'hex'), fingerprint)) return
  throw new DifferentSecret(
    'unable to start; ALCOVE_SECRET is not the one this database is served with, and guests of one node would be strangers to the others. ' +
      'Set the same everywhere (embedded: restore the file secret of the data directory). ' +
      'To change it for good, so that all guests become new ones: stop all nodes and run: alcove migrate --accept-secret',
  )
}

/** Makes this secret the valid one. */
export async function acceptSecret(database: Database, secret: string): Promise<void> {
  const [row] = await database.query<{ id: string }>('select id from deployment')
  const fingerprint = await fingerprintOf(secret, row?.id ?? '')
  await database.query('update deployment set secret_fingerprint = $1', [fingerprint.toString('hex')])
}

/** @returns the fingerprint now stored, because another node may have been first */
async function keepFirst(database: Database, fingerprint: string): Promise<string> {
  await database.query('update deployment set secret_fingerprint = $1 where secret_fingerprint is null', [
    fingerprint,
  ])
  const [row] = await database.query<{ kept: string | null }>(
    'select secret_fingerprint as kept from deployment',
  )
  return row?.kept ?? ''
}

const fingerprintOf = (secret: string, deployment: string) =>
  promisify<string, string, number, Buffer>(scrypt)(secret, `alcove:${deployment}`, BYTES)

const isSame = (one: Buffer, other: Buffer) => one.length === other.length && timingSafeEqual(one, other)
