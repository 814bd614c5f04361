import { describe, expect, it } from 'vitest'
import { deferred, type Deferred } from '../deferred.js'
import type { RequestName, ResultOf } from '../protocol/index.js'
import type { OwnChange } from './kind.js'
import { commit } from './kinds.js'

describe('a change is asked for', () => {
  it.each<[OwnChange, string, object]>([
    [{ kind: 'message.edited', message: 'm1', text: 'new' }, 'message:edit', { text: 'new' }],
    [{ kind: 'message.deleted', message: 'm1' }, 'message:delete', {}],
    [{ kind: 'message.deleted', message: 'm1', reason: 'spam' }, 'message:delete', { reason: 'spam' }],
    [{ kind: 'reaction.added', message: 'm1', emoji: '👍' }, 'reaction:add', { emoji: '👍' }],
    [{ kind: 'reaction.removed', message: 'm1', emoji: '👍' }, 'reaction:remove', { emoji: '👍' }],
  ])('[CHANGE-1] under its own id, of the message: %j', async (change, name, made) => {
    const questions: { asked: unknown[]; answer: Deferred<ResultOf<RequestName>> }[] = []
    const committing = commit(
      (request, fields) => {
        const answer = deferred<ResultOf<typeof request>>()
        questions.push({ asked: [request, fields], answer })
        return answer.promise
      },
      ...(['lobby', 'c1', change] as const),
    )
    questions[0]!.answer.resolve({ ok: true, epoch: 'e', rev: 7 })
    expect(await committing).toMatchObject({ epoch: 'e', rev: 7 })
    expect(questions.map(({ asked }) => asked)).toEqual([
      [name, { room: 'lobby', change: 'c1', id: 'm1', ...made }],
    ])
  })
})
