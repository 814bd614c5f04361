/** A bare protocol client: sends what the SDK never would, and records everything from the server. */
import { randomUUID } from 'node:crypto'
import { io, type Socket } from 'socket.io-client'
import {
  PROTOCOL_VERSION,
  type RequestName,
  type RequestOf,
  type ResultOf,
  type WireError,
} from '@alcove/sdk/protocol'
import type { TrialApp } from './processes/trial-app.js'

export type Answer<N extends RequestName> = ResultOf<N> | { ok: false; error: WireError }

export interface BareClient {
  readonly socket: Socket
  readonly userId: string
  /** @throws when there is no answer in time, or the connection ends */
  ask<N extends RequestName>(name: N, request: RequestOf<N>): Promise<Answer<N>>
  close(): void
}

const ANSWER_WITHIN_MS = 15_000

export interface BareOptions {
  url: string
  app: TrialApp
  user: string
  claims?: Record<string, unknown>
  /** Receives facts from the first one on. */
  onFact?: (event: string, fact: unknown) => void
}

/** Resolves once the server has greeted. Never reconnects. */
export async function connectBare({ url, app, user, claims, onFact }: BareOptions): Promise<BareClient> {
  const token = await app.token?.(user, claims)
  const socket = io(url, {
    forceNew: true,
    reconnection: false,
    transports: ['websocket'],
    query: { app: app.id },
    auth: { protocol: PROTOCOL_VERSION, app: app.id, ...(token === undefined ? { name: user } : { token }) },
  })
  if (onFact) socket.onAny(onFact)
  try {
    const { me } = await new Promise<{ me: { id: string } }>((opened, failed) => {
      socket.once('session:opened', opened)
      socket.once('connect_error', failed)
      socket.once('disconnect', () => failed(new Error('the connection ended')))
    })
    return {
      socket,
      userId: me.id,
      ask: (name, request) => socket.timeout(ANSWER_WITHIN_MS).emitWithAck(name, request),
      close: () => void socket.disconnect(),
    }
  } catch (error) {
    socket.disconnect()
    throw error
  }
}

export const newMessageId = (): string => randomUUID()
