import { expect, test, vi } from 'vitest'
import { createFailureReport } from './failure-report.js'
import { Refusal } from './refusal.js'

function start() {
  const metrics = { refusals: { inc: vi.fn() }, faults: { inc: vi.fn() } }
  const log = { error: vi.fn() }
  return { metrics, log, report: createFailureReport({ metrics, log }) }
}

test('a refusal is counted by its code, and is no fault', () => {
  const { metrics, log, report } = start()
  expect(report(new Refusal('room_full', 'unable'), { operation: 'room:join' }).code).toBe('room_full')
  expect(metrics.refusals.inc.mock.calls).toEqual([[{ code: 'room_full' }]])
  expect([metrics.faults.inc.mock.calls, log.error.mock.calls]).toEqual([[], []])
})

test('a fault is counted, and logged with what was asked for and the id that the client gets', () => {
  const { metrics, log, report } = start()
  const error = new TypeError('no')
  const wire = report(error, { operation: 'room:join', app: 'demo' })
  expect(wire).toMatchObject({ code: 'internal', retryable: false })
  expect(metrics.faults.inc).toHaveBeenCalledTimes(1)
  const [[fields]] = log.error.mock.calls as [[{ requestId: string }]]
  expect(fields).toEqual({ err: error, requestId: fields.requestId, operation: 'room:join', app: 'demo' })
  expect(wire.message).toContain(fields.requestId)
})

test('[ERROR-4] a fault of what may be repeated is not final', () => {
  const wire = start().report(new TypeError('no'), { operation: 'room:join', isRepeatable: true })
  expect(wire).toMatchObject({ code: 'internal', retryable: true, retryAfterMs: 5_000 })
})
