/**
 * What the SDK needs of a transport: one is one connection attempt and the connection it becomes.
 * `browser/` implements it for browsers, `socket-transport.ts` over socket.io-client for Node, `testing/` in memory;
 * `transport-race.ts` makes one of two.
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
   * The connection failed or ended, for good: this transport is dead. At most once, never after `close()`.
   * @param isSilent it was open, and a heartbeat that was due never came
   */
  down(error: ChatError, isSilent?: boolean): void
}

export interface TransportOptions {
  auth: HandshakeAuth
  /** One that is to be joined over it: a hint for a load balancer, nothing else. */
  room?: string | undefined
}

export interface Transport {
  /** Rejects with `ChatError`: the server's, `timeout` without an answer, or `offline` when the connection ends. */
  request<N extends RequestName>(name: N, request: RequestOf<N>, timeoutMs: number): Promise<ResultOf<N>>
  /**
   * Ends it without a word to its handlers; outstanding requests reject with `offline`.
   * @param isSilent it was open, and answers nothing any more
   */
  close(isSilent?: boolean): void
}

export type OpenTransport = (options: TransportOptions, handlers: TransportHandlers) => Transport
