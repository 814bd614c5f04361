import { expect, test } from 'vitest'
import { createLogger } from './logger.js'
import { StorageUnavailable } from '../errors/storage-errors.js'

test('neither secrets nor what people wrote get into a line', () => {
  let line = ''
  const log = createLogger('info', { write: (text) => (line += text) })
  const fromEngine = Object.assign(new Error('null value in column "id"'), {
    code: '23502',
    params: [['hush']],
    detail: 'Failing row contains (1, hush).',
    where: 'SQL statement with hush',
  })
  log.error(
    { err: fromEngine, token: 'hush', auth: { token: 'hush' }, headers: { cookie: 'hush' } },
    'failed',
  )
  log.warn({ err: new StorageUnavailable(fromEngine) }, 'away')
  expect(line).not.toContain('hush')
  expect(line).toContain('23502')
  expect(line).toContain('null value in column')
})
