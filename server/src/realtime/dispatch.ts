/**
 * Routes each frame of a connection to its operation and each outcome to its ack (P9). Nothing a client sends passes
 * this file unchecked, and nothing an operation throws escapes it.
 */
import type { RequestName, RequestOf, WireError } from '@alcove/sdk/protocol'
import { createFailureReport } from '../errors/failure-report.js'
import { Refusal, wireError } from '../errors/refusal.js'
import type { Logger } from '../process/logger.js'
import type { Metrics } from '../metrics.js'
import { userActor } from '../operations/actor.js'
import { REQUESTS } from '../operations/index.js'
import { describeIssue } from '../operations/input.js'
import { isRepeatable } from '../operations/operation.js'
import type { Runner } from '../operations/run.js'
import { closeConnection, type Connection } from './connection.js'
import { heldBytes } from './held-bytes.js'

type Request = (typeof REQUESTS)[RequestName]

/** More than any request has. */
const MAX_FIELDS = 16
/** More items than any list in a request has; `leave` sets its own limit. */
const MAX_ITEMS = 100

/** Found by inspecting the request, before any rate was counted. */
const INVALID: ReadonlySet<string> = new Set(['invalid_request', 'message_too_long', 'message_empty'])

type RawAck = (result: object) => void

export interface Dispatcher {
  listen(connection: Connection): void
}

export function createDispatcher(parts: { runner: Runner; metrics: Metrics; log: Logger }): Dispatcher {
  const { runner, metrics } = parts
  const reportFailure = createFailureReport(parts)

  function listen(connection: Connection): void {
    const { floodGate } = connection
    connection.socket.onAny((name: unknown, ...args: unknown[]) => {
      const ack = args.at(-1)
      switch (floodGate.pass()) {
        case 'passed':
          receive(connection, name, args.slice(0, -1), ack)
          break
        case 'refused':
          if (typeof ack === 'function')
            refuse(
              ack as RawAck,
              wireError(
                'rate_limited',
                'unable to take request; too many on this connection',
                floodGate.retryAfterMs(),
              ),
            )
          break
        case 'flooded':
          closeConnection(
            connection,
            wireError('rate_limited', 'unable to keep connection; it floods the server', 10_000),
          )
      }
    })
  }

  function receive(connection: Connection, name: unknown, args: unknown[], ack: unknown): void {
    if (typeof ack !== 'function') {
      // There is no ack to answer with, and silence would hide the mistake.
      closeConnection(
        connection,
        wireError('invalid_request', 'unable to take request; an acknowledgement is required'),
      )
      return
    }
    const answer = ack as RawAck
    const operation = operationOf(name)
    if (!operation) {
      connection.floodGate.countInvalid()
      refuse(answer, wireError('invalid_request', 'unable to take request; no such request'))
      return
    }
    let input: RequestOf<RequestName>
    try {
      // Before queueing: a malformed request has nothing to wait for.
      input = readInput(operation, args)
    } catch (error) {
      fail(answer, report(connection, operation, error))
      return
    }
    const running = connection.queue.enter(heldBytes(args[0]), (endTurn) =>
      runner.run(operation, { actor: userActor(connection), seat: connection, endTurn }, input),
    )
    if (!running) {
      refuse(answer, wireError('overloaded', 'unable to take request; too many are under way', 1_000))
      return
    }
    running
      .then(
        (output) => answer({ ok: true, ...output }),
        (error: unknown) => fail(answer, report(connection, operation, error)),
      )
      // The ack cannot be encoded: the client's own timeout follows.
      .catch((error: unknown) => void report(connection, operation, error))
  }

  function report(connection: Connection, operation: Request, error: unknown): WireError {
    const wire = reportFailure(error, {
      operation: operation.name,
      app: connection.app.id,
      isRepeatable: isRepeatable(operation),
    })
    if (INVALID.has(wire.code)) connection.floodGate.countInvalid()
    return wire
  }

  /** Without an operation. */
  function refuse(ack: RawAck, error: WireError): void {
    metrics.refusals.inc({ code: error.code })
    fail(ack, error)
  }

  return { listen }
}

function fail(ack: RawAck, error: WireError): void {
  ack({ ok: false, error })
}

/** @throws Refusal `invalid_request` */
function readInput(operation: Request, args: unknown[]): RequestOf<RequestName> {
  if (args.length !== 1 || !isSmallObject(args[0]))
    throw new Refusal('invalid_request', 'unable to take request; it needs one object and an acknowledgement')
  const input = operation.input.safeParse(args[0])
  if (input.success) return input.data
  throw new Refusal('invalid_request', `unable to take request; ${describeIssue(input.error)}`)
}

/** Own properties only: "constructor" is not a request. */
function operationOf(name: unknown): Request | undefined {
  if (typeof name !== 'string' || !Object.hasOwn(REQUESTS, name)) return undefined
  return REQUESTS[name as RequestName]
}

/** Checked before the schema, which would visit each byte of a buffer and each of ten thousand keys or items. */
function isSmallObject(value: unknown): value is object {
  return (
    typeof value === 'object' &&
    value !== null &&
    !ArrayBuffer.isView(value) &&
    !Array.isArray(value) &&
    Object.keys(value).length <= MAX_FIELDS &&
    Object.values(value).every((field) => !Array.isArray(field) || field.length <= MAX_ITEMS)
  )
}
