import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { deferred, type Deferred } from '../deferred.js'
import { CatchUp } from './catch-up.js'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
})
const settle = (ms = 0) => vi.advanceTimersByTimeAsync(ms)

/** Chance is always a half: the first wait is 500 ms, each further one half as long again. */
const FIRST_WAIT_MS = 500

interface Question {
  answer: Deferred<boolean>
  isCurrent: () => boolean
}

/** Something is missing until `whole()`. @param failed what a failure means: by default to try again */
function start(failed: (error: unknown) => { retryAfterMs?: number } | undefined = () => ({})) {
  const questions: Question[] = []
  let isBehind = true
  const catchUp = new CatchUp({
    random: () => 0.5,
    isBehind: () => isBehind,
    ask(isCurrent) {
      const answer = deferred<boolean>()
      questions.push({ answer, isCurrent })
      return answer.promise
    },
    failed,
  })
  return {
    catchUp,
    questions,
    whole: () => (isBehind = false),
    async answer(isFurther: boolean): Promise<void> {
      questions.at(-1)!.answer.resolve(isFurther)
      await settle()
    },
    async fail(error: unknown): Promise<void> {
      questions.at(-1)!.answer.reject(error)
      await settle()
    },
  }
}

describe('[P4] what is missing is asked for', () => {
  it('and nothing is asked where nothing is missing', () => {
    const { catchUp, questions, whole } = start()
    whole()
    catchUp.check()
    expect(questions).toEqual([])
  })

  it('one question at a time, until nothing is missing', async () => {
    const { catchUp, questions, answer, whole } = start()
    catchUp.check()
    catchUp.check()
    expect(questions).toHaveLength(1)
    await answer(true)
    expect(questions, 'the next page at once').toHaveLength(2)
    whole()
    await answer(true)
    expect(questions).toHaveLength(2)
  })
})

describe('[P7] an answer that does not help', () => {
  it('is followed by a wait, each longer than the one before; what calls meanwhile does not shorten it', async () => {
    const { catchUp, questions, answer, whole } = start()
    catchUp.check()
    for (const [asked, waitMs] of [FIRST_WAIT_MS, 1.5 * FIRST_WAIT_MS, 2.25 * FIRST_WAIT_MS].entries()) {
      await answer(false)
      catchUp.check()
      await settle(waitMs - 1)
      expect(questions).toHaveLength(asked + 1)
      await settle(1)
      expect(questions).toHaveLength(asked + 2)
    }
    whole()
    await answer(true)
  })

  it('is forgotten once an answer has helped', async () => {
    const { catchUp, questions, answer, whole } = start()
    catchUp.check()
    await answer(false)
    await settle(FIRST_WAIT_MS)
    await answer(true)
    await answer(false)
    await settle(FIRST_WAIT_MS)
    expect(questions).toHaveLength(4)
    whole()
    await answer(true)
  })

  it('ends the asking where nothing is missing any more', async () => {
    const { catchUp, questions, answer, whole } = start()
    catchUp.check()
    whole()
    await answer(false)
    expect(vi.getTimerCount()).toBe(0)
    expect(questions).toHaveLength(1)
  })

  it('nor is anything asked that arrived during the wait', async () => {
    const { catchUp, questions, answer, whole } = start()
    catchUp.check()
    await answer(false)
    whole()
    await settle(FIRST_WAIT_MS)
    expect(questions).toHaveLength(1)
  })
})

describe('a failure', () => {
  it('that may pass is followed by a wait, at least as long as the server wishes', async () => {
    const { catchUp, questions, fail, answer, whole } = start(() => ({ retryAfterMs: 3_000 }))
    catchUp.check()
    await fail(new Error('busy'))
    await settle(3_000)
    expect(questions).toHaveLength(1)
    await settle(FIRST_WAIT_MS)
    expect(questions).toHaveLength(2)
    whole()
    await answer(true)
  })

  it('that will not pass ends the asking, until something new is missing', async () => {
    const failed = vi.fn(() => undefined)
    const { catchUp, questions, fail, answer, whole } = start(failed)
    catchUp.check()
    const refused = new Error('refused')
    await fail(refused)
    expect(failed).toHaveBeenCalledExactlyOnceWith(refused)
    await settle(60_000)
    expect(questions).toHaveLength(1)
    catchUp.check()
    expect(questions).toHaveLength(2)
    whole()
    await answer(true)
  })
})

describe('once the connection is gone', () => {
  it('what is still answered is known to be of the former one, and leads to nothing', async () => {
    const { catchUp, questions, whole } = start()
    catchUp.check()
    const [former] = questions
    expect(former!.isCurrent()).toBe(true)
    catchUp.stop()
    expect(former!.isCurrent()).toBe(false)
    catchUp.check()
    expect(questions, 'the new one is asked without waiting for the former').toHaveLength(2)
    former!.answer.resolve(true)
    await settle()
    catchUp.check()
    expect(questions, 'and still one at a time').toHaveLength(2)
    whole()
    questions[1]!.answer.resolve(true)
    await settle()
  })

  it('a wait ends with it', async () => {
    const { catchUp, questions, answer, whole } = start()
    catchUp.check()
    await answer(false)
    catchUp.stop()
    expect(vi.getTimerCount()).toBe(0)
    catchUp.check()
    expect(questions).toHaveLength(2)
    whole()
    await answer(true)
  })
})
