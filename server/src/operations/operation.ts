/**
 * What an operation is: a description of one thing that can be asked of the server, by name, with the shape of its input and
 * what the asker needs for it. Ways in take the descriptions from the one list (index.ts) and hand them to the runner
 * (run.ts), which checks and counts; the functions here see only what has passed.
 */
import type { z } from 'zod'
import type { Capability, ChangeResult, SendResult } from '@alcove/sdk/protocol'
import type { Limit } from '../limits/limit.js'
import { alter, create } from './commit.js'
import type { Contexts, RoomContext } from './context.js'
import type { Alteration, Creation, Draft } from './draft.js'

export type Scope = keyof Contexts
type InputOf<S extends Scope> = S extends 'room' | 'joined' ? { room: string } : object

interface Described<I> {
  name: string
  input: z.ZodType<I>
  http?: HttpRoute
}

/** Where the server API has it, below `/v1`. Fields of the input that are not in the path are in the query or the body. */
export interface HttpRoute {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: `/${string}`
  summary: string
  /** What it answers. */
  answer: z.ZodType
  /** The field that the header `Idempotency-Key` stands for where it is absent. */
  idempotent?: string
  /** What an address may ask for in all. */
  budget?: 'roomLists'
}

/** An operation that leaves no change in a room's log. */
export interface Asks<S extends Scope, I, O> extends Described<I> {
  kind: 'asks'
  of: S
  needs?: Capability
  /** May be asked again without harm while somebody waits for it: a fault is not the end of it (ERROR-4). */
  isRepeatable?: boolean
  /** What can be refused before anything is counted. @throws Refusal */
  check?(context: Contexts[S], input: I): void
  /** What it takes before it runs, narrowest first. */
  rate?(context: Contexts[S], input: I): readonly Limit[]
  run(context: Contexts[S], input: I): Promise<O>
}

/** An operation that makes one change in a room's log: a function from its input to that change. */
export interface Changes<I, D extends Draft, O> extends Described<I> {
  kind: 'changes'
  /** One of them. */
  needs: Capability | readonly Capability[]
  /** Narrowest first. */
  rate(context: RoomContext, draft: D): readonly Limit[]
  /** @throws Refusal of what cannot be written */
  change(context: RoomContext, input: I): D
  /** Gives the change its place in line before it returns; resolves after the commit. */
  commit(context: RoomContext, draft: D): Promise<O>
}

export type Operation<I, O> = { [S in Scope]: Asks<S, I, O> }[Scope] | Changes<I, Draft, O>

export const asks = <S extends Scope, I extends InputOf<S>, O>(
  description: Omit<Asks<S, I, O>, 'kind'>,
): Asks<S, I, O> => ({ kind: 'asks', ...description })

type DescribedChange<I, D extends Draft> = Omit<Changes<I, D, never>, 'kind' | 'commit'>

/** A new message. */
export const creates = <I extends { room: string }>(
  description: DescribedChange<I, Creation>,
): Changes<I, Creation, SendResult> => ({ kind: 'changes', ...description, commit: create })

/** Anything else that is to last. */
export const changes = <I extends { room: string }>(
  description: DescribedChange<I, Alteration>,
): Changes<I, Alteration, ChangeResult> => ({ kind: 'changes', ...description, commit: alter })

/** A change has its id, so that asking for it again does it once. */
export function isRepeatable(operation: { kind: 'asks' | 'changes'; isRepeatable?: boolean }): boolean {
  return operation.kind === 'changes' || operation.isRepeatable === true
}
