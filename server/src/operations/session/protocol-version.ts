/**
 * Which protocol version a connection uses: the newest both sides know, or a refusal that says which side is too old.
 */
import { OLDEST_PROTOCOL, PROTOCOL_VERSION } from '@alcove/sdk/protocol'
import { Refusal } from '../../errors/refusal.js'

export interface ProtocolRange {
  oldest: number
  newest: number
}

export const SPOKEN_PROTOCOLS: ProtocolRange = { oldest: OLDEST_PROTOCOL, newest: PROTOCOL_VERSION }

/** HANDSHAKE-11: in a rolling deploy the client may have reached a node that is not updated yet. */
const NEWER_NODE_RETRY_MS = 2_000

/** @throws Refusal `protocol_unsupported`, retryable only if it is this server that is too old */
export function negotiateProtocol(client: ProtocolRange, server: ProtocolRange): number {
  const newestCommon = Math.min(client.newest, server.newest)
  if (newestCommon >= Math.max(client.oldest, server.oldest)) return newestCommon
  const isServerOlder = server.newest < client.oldest
  throw new Refusal(
    'protocol_unsupported',
    `unable to connect; the client speaks protocol ${inWords(client)}, the server ${inWords(server)}: the ${isServerOlder ? 'server' : 'client'} is the older one`,
    isServerOlder ? NEWER_NODE_RETRY_MS : undefined,
  )
}

const inWords = ({ oldest, newest }: ProtocolRange): string =>
  oldest === newest ? String(newest) : `${oldest} to ${newest}`
