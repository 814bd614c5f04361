/** A bare protocol client: what the SDK would send and get, without its help. */
import { onTestFinished } from 'vitest'
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client'
import {
  isRow,
  PROTOCOL_VERSION,
  type RequestName,
  type RequestOf,
  type ResultOf,
  type ServerToClientEvents,
  type SessionOpened,
  type WireError,
  type MessageRow,
} from '@alcove/sdk/protocol'
import type { TestApp } from './node.js'

export { until } from './until.js'

type FactName = keyof ServerToClientEvents
type FactOf<N extends FactName> = Parameters<ServerToClientEvents[N]>[0]
export type Answer<N extends RequestName> = ResultOf<N> | { ok: false; error: WireError }

export interface TestClient {
  socket: Socket
  session: SessionOpened
  /** Every fact so far, in order. */
  facts: { name: string; fact: unknown }[]
  factsOf<N extends FactName>(name: N): FactOf<N>[]
  /** The answer as it comes, refusals too. */
  ask<N extends RequestName>(name: N, request: RequestOf<N>): Promise<Answer<N>>
  /** The answer of a request that must succeed. */
  must<N extends RequestName>(name: N, request: RequestOf<N>): Promise<ResultOf<N>>
  /** Messages of all `room:changed` facts so far. */
  received(): MessageRow[]
  close(): void
}

export interface ConnectOptions {
  token?: string
  name?: string
  /** Anything of the handshake, right or wrong. */
  auth?: Record<string, unknown>
  socket?: Partial<ManagerOptions & SocketOptions>
}

export function openSocket(url: string, app: Pick<TestApp, 'id'>, options: ConnectOptions = {}): Socket {
  const { token, name, auth = {} } = options
  const socket = io(url, {
    forceNew: true,
    reconnection: false,
    transports: ['websocket'],
    query: { app: app.id },
    auth: {
      protocol: PROTOCOL_VERSION,
      app: app.id,
      ...(token !== undefined && { token }),
      ...(name !== undefined && { name }),
      ...auth,
    },
    ...options.socket,
  })
  onTestFinished(() => void socket.disconnect())
  return socket
}

/** Resolves once the server has greeted. Closed with the test. */
export async function connectClient(
  url: string,
  app: Pick<TestApp, 'id'>,
  options: ConnectOptions = {},
): Promise<TestClient> {
  const socket = openSocket(url, app, options)
  const facts: TestClient['facts'] = []
  socket.onAny((name: string, fact: unknown) => facts.push({ name, fact }))
  const session = await new Promise<SessionOpened>((opened, refused) => {
    socket.once('session:opened', opened)
    socket.once('connect_error', refused)
    // Before the greeting: the test would wait in vain.
    socket.once('disconnect', (reason) =>
      refused(new Error(`disconnected before the session opened: ${reason}`)),
    )
  })
  const factsOf = <N extends FactName>(name: N) =>
    facts.filter((entry) => entry.name === name).map((entry) => entry.fact as FactOf<N>)
  const ask = <N extends RequestName>(name: N, request: RequestOf<N>) =>
    socket.timeout(60_000).emitWithAck(name, request) as Promise<Answer<N>>
  return {
    socket,
    session,
    facts,
    factsOf,
    ask,
    async must(name, request) {
      const answer = await ask(name, request)
      if (!answer.ok) throw new Error(`${name} was refused: ${answer.error.code}; ${answer.error.message}`)
      return answer as ResultOf<typeof name>
    },
    received: () => factsOf('room:changed').flatMap((fact) => fact.messages.filter(isRow)),
    close: () => void socket.disconnect(),
  }
}

/** The error of a handshake that must be refused. */
export async function refusedHandshake(
  url: string,
  app: Pick<TestApp, 'id'>,
  options: ConnectOptions = {},
): Promise<WireError> {
  const socket = openSocket(url, app, options)
  return new Promise((resolve, fail) => {
    socket.once('session:opened', () => fail(new Error('the handshake was accepted')))
    socket.once('connect_error', (error: Error & { data?: WireError }) =>
      error.data ? resolve(error.data) : fail(error),
    )
  })
}

/** The code of a refusal, or `ok`. */
export const codeOf = (answer: { ok: true } | { ok: false; error: WireError }): string =>
  answer.ok ? 'ok' : answer.error.code
