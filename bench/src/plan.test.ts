import { expect, it } from 'vitest'
import { planOf, SECTIONS, secondsOf } from './plan.js'

const all = { sections: SECTIONS, contenders: undefined }

it('takes at most a quarter of an hour, and two and a half in short', () => {
  expect(secondsOf(planOf({ size: 'full', ...all }))).toBeLessThan(15 * 60)
  expect(secondsOf(planOf({ size: 'short', ...all }))).toBeLessThan(2.5 * 60)
  expect(secondsOf(planOf({ size: 'guard', ...all }))).toBeLessThan(40)
})

it.each(['full', 'short'] as const)('has every section in its %s form', (size) => {
  expect(new Set(planOf({ size, ...all }).map(({ section }) => section))).toEqual(new Set(SECTIONS))
})

it('lets contenders alternate: the same is never measured twice in a row', () => {
  const jobs = planOf({ size: 'full', ...all })
  const inARow = jobs.filter(
    (job, index) => job.contender === jobs[index - 1]?.contender && job.section === jobs[index - 1]?.section,
  )
  expect(inARow).toEqual([])
})

it('leaves out what was not chosen', () => {
  const jobs = planOf({ size: 'full', sections: ['a', 'g'], contenders: ['pglite'] })
  expect(jobs.map(({ section, contender }) => `${section} ${contender}`)).toEqual(['g pglite', 'a pglite'])
})
