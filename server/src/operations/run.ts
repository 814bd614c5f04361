/**
 * Runs operations, the same way for every API: room, capabilities, checks, rates, hooks, commit, answer. The API
 * converts rejections to its own error format (errors/refusal.ts).
 */
import type { Capability } from '@alcove/sdk/protocol'
import { Refusal } from '../errors/refusal.js'
import { RoomGone } from '../errors/room-gone.js'
import type { RoomRef } from '../rooms/room-ref.js'
import { may, type Actor, type UserActor } from './actor.js'
import type { Draft } from './draft.js'
import { applyHooks } from './hooks.js'
import type { RoomContext } from './context.js'
import type { Asks, Changes, Operation, Scope } from './operation.js'
import { joinedRoom, type Seat } from './seat.js'
import type { Services } from './services.js'

const GONE_RETRY_MS = 1_000

/** A single call of an operation. */
export type Call =
  | { actor: Actor; seat?: undefined; endTurn?: undefined }
  | {
      actor: UserActor
      /** The connection it came on, which limits rooms to those it has joined. */
      seat: Seat
      /** Lets the connection's next request start; called when this one's position in the queue is fixed. */
      endTurn: () => void
    }

export interface Runner {
  run<I extends object, O>(operation: Operation<I, O>, call: Call, input: I): Promise<O>
}

export function createRunner(services: Services): Runner {
  async function ask<I extends object, O>(
    operation: { [S in Scope]: Asks<S, I, O> }[Scope],
    call: Call,
    input: I,
  ): Promise<O> {
    const { actor } = call
    switch (operation.of) {
      case 'app':
        requireActor(operation.actors, actor)
        return perform(operation, { actor, services }, input)
      case 'room': {
        const room = call.seat
          ? joinedRoom(call.seat, roomIdOf(input))
          : await present(actor, roomIdOf(input))
        requireCapability(operation, actor, room)
        return perform(operation, { actor, services, room }, input)
      }
      case 'connection':
        return perform(operation, { ...seated(call), services }, input)
      case 'joined': {
        const { actor, seat } = seated(call)
        const room = joinedRoom(seat, roomIdOf(input))
        requireCapability(operation, actor, room)
        return perform(operation, { actor, seat, services, room }, input)
      }
    }
  }

  async function perform<C, I, O>(
    operation: {
      check?(context: C, input: I): void
      rate?(context: C, input: I): Parameters<Services['rates']['takeAll']>[0]
      run(context: C, input: I): Promise<O>
    },
    context: C,
    input: I,
  ): Promise<O> {
    operation.check?.(context, input)
    const limits = operation.rate?.(context, input)
    if (limits) await services.rates.takeAll(limits)
    return operation.run(context, input)
  }

  async function change<I extends object, O>(
    operation: Changes<I, Draft, O>,
    { actor, seat, endTurn }: Call,
    input: I,
  ): Promise<O> {
    const roomId = roomIdOf(input)
    const room = seat
      ? joinedRoom(seat, roomId)
      : visible(actor, await services.refs.find(actor.app.id, roomId))
    requireCapability(operation, actor, room)
    const context = { actor, services, room }
    const proposed = operation.change({ actor, room }, input)
    await services.rates.takeAll(operation.rate(context, proposed))
    let draft: Draft
    try {
      draft = await accepted(operation, context, proposed)
    } catch (error) {
      // The first attempt was accepted: whatever is said of it now, it stays committed, and its retry is told so (P3).
      const answer = error instanceof Refusal ? await operation.log.recall(context, proposed) : undefined
      if (answer === undefined) throw error
      return answer
    }
    if (!seat) return commitAnywhere(operation, context, draft)
    const committing = operation.log.commit(context, draft)
    endTurn()
    try {
      return await committing
    } catch (error) {
      return joinAgain(error)
    }
  }

  /** As it is to be committed; most changes are as they were proposed. @throws Refusal */
  function accepted(
    { prepare }: Pick<Changes<never, Draft, unknown>, 'prepare'>,
    context: RoomContext,
    proposed: Draft,
  ): Draft | Promise<Draft> {
    return prepare || services.beforeChange.length > 0 ? judged(prepare, context, proposed) : proposed
  }

  async function judged(
    prepare: Changes<never, Draft, unknown>['prepare'],
    context: RoomContext,
    proposed: Draft,
  ): Promise<Draft> {
    const draft = prepare ? await prepare(context, proposed) : proposed
    return applyHooks(services.beforeChange, { actor: context.actor, room: context.room, draft })
  }

  /** The cached room reference may be out of date. */
  async function commitAnywhere<O>(
    operation: Pick<Changes<never, Draft, O>, 'log'>,
    context: RoomContext,
    draft: Draft,
  ): Promise<O> {
    try {
      return await operation.log.commit(context, draft)
    } catch (error) {
      if (!(error instanceof RoomGone)) throw error
    }
    const { actor, room } = context
    services.refs.forget(room)
    const again = await present(actor, room.id)
    return operation.log.commit({ ...context, room: again }, draft).catch(tryAgain)
  }

  /** Looked up fresh: the data read does not show by itself that it belongs to a former epoch. */
  async function present(actor: Actor, roomId: string): Promise<RoomRef> {
    return visible(actor, await services.refs.look(actor.app.id, roomId))
  }

  return {
    run: (operation, call, input) =>
      operation.kind === 'changes' ? change(operation, call, input) : ask(operation, call, input),
  }
}

/** What a room that is gone means to a connection, which has joined what was there before. */
function joinAgain(error: unknown): never {
  if (!(error instanceof RoomGone)) throw error
  throw new Refusal('not_joined', 'unable to change room; it was reset, join it again')
}

/** To a caller without one: a room that is reset twice within a call is being restored. */
function tryAgain(error: unknown): never {
  if (!(error instanceof RoomGone)) throw error
  throw new Refusal('unavailable', 'unable to change room; it is being reset', GONE_RETRY_MS)
}

/** Operations on a room have it in their input: the constructors in operation.ts accept no others. */
function roomIdOf(input: object): string {
  if ('room' in input && typeof input.room === 'string') return input.room
  throw new Error('an operation of a room has no room in its input')
}

/** @throws Refusal `forbidden` */
function requireActor(actors: readonly Actor['kind'][], { kind }: Actor): void {
  if (!actors.includes(kind)) throw new Refusal('forbidden', `unable to do this; it is not for a ${kind}`)
}

/** @throws Refusal `forbidden` */
function requireCapability(
  { needs = [] }: { needs?: Capability | readonly Capability[] },
  actor: Actor,
  room: RoomRef,
): void {
  const any = typeof needs === 'string' ? [needs] : needs
  if (any.length === 0 || any.some((capability) => may(actor, capability, room))) return
  throw new Refusal('forbidden', `unable to do this in the room; it needs the capability ${any.join(' or ')}`)
}

/** APIs without connections do not list operations that need one. */
function seated({ actor, seat }: Call): { actor: UserActor; seat: Seat } {
  if (seat) return { actor, seat }
  throw new Refusal('invalid_request', 'unable to do this; it needs a connection')
}

/** "No such room" and "not yours to read" are one answer, after the same work (P8). @throws Refusal `room_not_found` */
function visible(actor: Actor, room: RoomRef | undefined): RoomRef {
  if (room && may(actor, 'read', room)) return room
  throw new Refusal('room_not_found', 'unable to use room; it does not exist or you may not read it')
}
