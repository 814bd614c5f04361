/** Closes connections whose token has expired and was not refreshed within the leeway. */
import { wireError } from '../errors/refusal.js'
import { TOKEN_LEEWAY_SECONDS } from '../identity/signed-token.js'
import { closeConnection } from './connection.js'
import type { ConnectionRegistry } from './connection-registry.js'

const LOOK_EVERY_MS = 1_000

export function watchSessionExpiry(
  registry: ConnectionRegistry,
  leewayMs = TOKEN_LEEWAY_SECONDS * 1_000,
): () => void {
  const timer = setInterval(() => {
    const oldest = Date.now() - leewayMs
    for (const connection of registry.all()) {
      const { identity } = connection
      if (identity.kind === 'signed' && identity.expiresAt < oldest) {
        closeConnection(
          connection,
          wireError('token_expired', 'unable to keep connection; the token has expired'),
        )
      }
    }
  }, LOOK_EVERY_MS)
  return () => clearInterval(timer)
}
