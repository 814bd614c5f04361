import { expect, it } from 'vitest'
import { parseOptions, Usage } from './options.js'
import { SECTIONS } from './plan.js'

it('measures everything when nothing is said', () => {
  expect(parseOptions([])).toMatchObject({
    size: 'full',
    sections: SECTIONS,
    contenders: undefined,
    out: 'bench/results',
  })
})

it('does not write a short run over a long one', () => {
  expect(parseOptions(['--short']).out).toBe('bench/results/short')
  expect(parseOptions(['--guard']).out).toBe('bench/results/guard')
})

it('takes what is chosen', () => {
  expect(
    parseOptions(['--short', '--only', 'c,a', '--targets=bare,postgres-1', '--json', 'x.json', '--out', 'o']),
  ).toMatchObject({
    size: 'short',
    sections: ['a', 'c'],
    contenders: ['bare', 'postgres-1'],
    json: 'x.json',
    out: 'o',
  })
})

it.each([
  [['--only', 'a,x'], '--only should be some of a, b, c, d, e, f, g, h, such as a,c'],
  [['--only', ''], '--only should be some of a, b, c, d, e, f, g, h, such as a,c'],
  [['--targets', 'mysql'], '--targets should be some of bare, '],
  [['--targets', 'toString'], '--targets should be some of bare, '],
  [['--guard', '--short'], '--guard goes without --short, --only and --targets'],
  [['--json', ''], '--json needs a value'],
  [['--fast'], "Unknown option '--fast'"],
  [['a'], "Unexpected argument 'a'"],
])('refuses %j in one sentence', (args, sentence) => {
  const parse = () => parseOptions(args)
  expect(parse).toThrow(Usage)
  expect(parse).toThrow(sentence)
})
