/**
 * What the SDK needs from a transport, which is one connection attempt and the connection that results. `browser/`
 * implements it for browsers, `socket-transport.ts` over socket.io-client for Node, `testing/` in memory;
 * `transport-race.ts` combines two into one.
 */
import type { ChatError } from './errors.js'
import type {
  HandshakeAuth,
  RequestName,
  RequestOf,
  ResultOf,
  ServerToClientEvents,
} from './protocol/index.js'

export type FactName = keyof ServerToClientEvents
export type FactOf<N extends FactName> = Parameters<ServerToClientEvents[N]>[0]

/** A fact with its name, as a union to switch over. */
export type Fact = { [N in FactName]: { name: N; fact: FactOf<N> } }[FactName]

export interface TransportHandlers {
  /** A fact from the server; `session:opened` is the first. */
  fact(fact: Fact): void
  /**
   * The connection failed or ended, and this transport is dead. Called at most once, and never after `close()`.
   * @param isSilent it was open and an expected heartbeat never came
   */
  down(error: ChatError, isSilent?: boolean): void
}

export interface TransportOptions {
  auth: HandshakeAuth
  /** A room that will be joined over it: only a hint for load balancers. */
  room?: string | undefined
}

export interface Transport {
  /** Rejects with `ChatError`: the server's, `timeout` without an answer, or `offline` when the connection ends. */
  request<N extends RequestName>(name: N, request: RequestOf<N>, timeoutMs: number): Promise<ResultOf<N>>
  /**
   * Closes it without calling its handlers; pending requests reject with `offline`.
   * @param isSilent it was open and no longer answers
   */
  close(isSilent?: boolean): void
}

export type OpenTransport = (options: TransportOptions, handlers: TransportHandlers) => Transport
