/**
 * Derives the id of a write from its caller's `Idempotency-Key`. Clients choose ids of the same kind, and keys can be
 * guessed (`order-4711`, or the id of a message that everybody sees). So the id depends on the server's secret: nobody
 * else can compute it and use it first, and all nodes derive the same one.
 */
import { createHmac, hkdfSync } from 'node:crypto'

/** Where the key is valid. An id is public once it is written, and must not help in another room or app. */
export interface KeyScope {
  app: string
  operation: string
  room: string
}

export type WriteIds = (scope: KeyScope, key: string) => string

/** @param secret the server's. Unlike apps' secret keys it is not rotated, so a retry is known for as long as its write */
export function createWriteIds(secret: string): WriteIds {
  const ids = Buffer.from(hkdfSync('sha256', secret, 'alcove-idempotency', '', 32))
  return ({ app, operation, room }, key) =>
    uuidOf(
      createHmac('sha256', ids)
        .update(JSON.stringify([app, operation, room, key]))
        .digest('hex'),
    )
}

/** Version 8 is for custom UUIDs (RFC 9562), here a digest. */
function uuidOf(digest: string): string {
  const variant = ((parseInt(digest.slice(16, 17), 16) & 0x3) | 0x8).toString(16)
  const parts = [digest.slice(0, 8), digest.slice(8, 12), `8${digest.slice(13, 16)}`]
  return [...parts, variant + digest.slice(17, 20), digest.slice(20, 32)].join('-')
}
