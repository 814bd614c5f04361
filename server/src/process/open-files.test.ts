import { expect, test } from 'vitest'
import { tooFewOpenFiles } from './open-files.js'

const limits = (soft: string) =>
  `Limit  Soft Limit  Hard Limit  Units\nMax open files            ${soft}   1048576   files\n`

test('too few are said, with the lines to change', () => {
  const said = tooFewOpenFiles(20_000, limits('256'))
  expect(said).toContain('256')
  expect(said).toContain('LimitNOFILE=')
  expect(said).toContain('MAX_CONNECTIONS to 56')
})

test.each([limits('1048576'), limits('unlimited'), limits('20200'), ''])(
  '%j is enough, or not known',
  (text) => expect(tooFewOpenFiles(20_000, text)).toBeUndefined(),
)
