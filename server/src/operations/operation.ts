/**
 * What an operation is: a description of one thing the server can do, with its name, the shape of its input and what
 * its caller needs. The APIs take the descriptions from one list (index.ts) and pass them to the runner (run.ts), which
 * checks and counts; the functions here only see requests that have passed.
 */
import type { z } from 'zod'
import type { Capability, ChangeResult, SendResult } from '@alcove/sdk/protocol'
import type { RateBudget } from '../limits/address-budgets.js'
import type { Limit } from '../limits/limit.js'
import { alterations, creations, type Log } from './commit.js'
import type { Actor } from './actor.js'
import type { Author, AuthorId } from './author.js'
import type { Contexts, RoomContext } from './context.js'
import type { Alteration, Creation, Draft } from './draft.js'

export type Scope = keyof Contexts
type InputOf<S extends Scope> = S extends 'room' | 'joined' ? { room: string } : object

/**
 * What entitles somebody to ask. A capability is always one in a room, so an operation that belongs to no room names those who
 * may ask instead. A connection asks about itself, which everybody may.
 */
type Entitlement<S extends Scope> = S extends 'room' | 'joined'
  ? { needs?: Capability }
  : S extends 'app'
    ? { actors: readonly Actor['kind'][] }
    : object

interface Described<I> {
  name: string
  input: z.ZodType<I>
  http?: HttpRoute
}

/** The route in the server API, below `/v1`. Input fields that are not in the path are in the query or the body. */
export interface HttpRoute {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: `/${string}`
  summary: string
  /** The shape of the answer. */
  answer: z.ZodType
  /** The field that the header `Idempotency-Key` supplies if absent. */
  idempotent?: string
  /** The shape of the field `user`, which names the user for whom the app asks. */
  user?: typeof Author | typeof AuthorId
  /** What an address may ask for in total, where that is not what it may ask of the server API. */
  budget?: { name: string; budget: RateBudget; action: string }
}

/** An operation that leaves no change in a room's log. */
export type Asks<S extends Scope, I, O> = { kind: 'asks' } & DescribedAsk<S, I, O>

type DescribedAsk<S extends Scope, I, O> = AskOf<S, I, O> & Entitlement<S>

interface AskOf<S extends Scope, I, O> extends Described<I> {
  of: S
  /** Safe to repeat while somebody waits for it, so that a fault is not final (ERROR-4). */
  isRepeatable?: boolean
  /** Checks that run before anything is counted. @throws Refusal */
  check?(context: Contexts[S], input: I): void
  /** The limits it takes from before it runs, narrowest first. */
  rate?(context: Contexts[S], input: I): readonly Limit[]
  run(context: Contexts[S], input: I): Promise<O>
}

/** An operation that makes one change to a room's log: a function from its input to that change. */
export interface Changes<I, D extends Draft, O> extends Described<I> {
  kind: 'changes'
  /** One of them. */
  needs: Capability | readonly Capability[]
  /** A pure function. @throws Refusal if the change cannot be written */
  change(asked: Pick<RoomContext, 'actor' | 'room'>, input: I): D
  /** Narrowest first. */
  rate(context: RoomContext, draft: D): readonly Limit[]
  /** Looks up what the change needs to know, once it is counted: is this file mine, and ready? @throws Refusal */
  prepare?(context: RoomContext, draft: D): Promise<D>
  log: Log<D, O>
}

export type Operation<I, O> = { [S in Scope]: Asks<S, I, O> }[Scope] | Changes<I, Draft, O>

export const asks = <S extends Scope, I extends InputOf<S>, O>(
  description: DescribedAsk<S, I, O>,
): Asks<S, I, O> => ({ kind: 'asks', ...description })

type DescribedChange<I, D extends Draft> = Omit<Changes<I, D, never>, 'kind' | 'log'>

/** A new message. */
export const creates = <I extends { room: string }>(
  description: DescribedChange<I, Creation>,
): Changes<I, Creation, SendResult> => ({ kind: 'changes', ...description, log: creations })

/** Any other persistent change. */
export const changes = <I extends { room: string }>(
  description: DescribedChange<I, Alteration>,
): Changes<I, Alteration, ChangeResult> => ({ kind: 'changes', ...description, log: alterations })

/** A change has an id, so that a repeated request makes it only once. */
export function isRepeatable(operation: { kind: 'asks' | 'changes'; isRepeatable?: boolean }): boolean {
  return operation.kind === 'changes' || operation.isRepeatable === true
}
