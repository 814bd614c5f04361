import { describe, expect, it } from 'vitest'
import { Usage } from '@alcove/server/internal/commands/usage'
import { parseOptions } from './options.js'
import { ROWS } from './rows/index.js'

const numbers = (args: string[]) => {
  const options = parseOptions(args)
  return options.kind === 'own' ? options.rows.map((row) => row.number) : []
}

describe('options of a rehearsal', () => {
  it('without any: all rows, briefly, on three nodes, with a new seed', () => {
    expect(parseOptions([])).toMatchObject({
      kind: 'own',
      rows: ROWS,
      isLong: false,
      nodes: 3,
      compares: false,
    })
    expect(parseOptions([])).not.toEqual(parseOptions([]))
  })

  it('rows by number are at length unless they end with :short', () => {
    expect(numbers(['--rows', '3,1'])).toEqual([3, 1])
    expect(parseOptions(['--rows', '3'])).toMatchObject({ isLong: true })
    expect(parseOptions(['--rows', '3:short'])).toMatchObject({ isLong: false })
  })

  it('a cluster of one’s own by its addresses', () => {
    expect(
      parseOptions([
        '--server',
        'https://a.example,http://b.example:3000',
        '--app',
        'demo',
        '--seconds',
        '300',
      ]),
    ).toMatchObject({
      kind: 'foreign',
      servers: ['https://a.example/', 'http://b.example:3000/'],
      app: 'demo',
      seconds: 300,
    })
  })

  it.each([
    [['--rows', '99'], '--rows should be short, all, or some of'],
    [['--rows', 'many'], '--rows should be'],
    [['--seed', '-1'], '--seed'],
    [['--nodes', '1'], '--nodes should be a whole number from 2 to 16'],
    [['--server', 'ftp://a', '--app', 'demo'], '--server should be'],
    [['--server', 'http://a'], '--server needs --app'],
    [['--server', 'http://a', '--app', 'x', '--compare'], '--compare goes without --server'],
    [['--app', 'x'], '--app goes with --server'],
    [['--loud'], 'loud'],
  ])('%j is a mistake that is told', (args, words) => {
    expect(() => parseOptions(args)).toThrow(Usage)
    expect(() => parseOptions(args)).toThrow(words)
  })
})
