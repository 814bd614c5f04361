import { expect, test } from 'vitest'
import { createWriteIds } from './write-ids.js'

const SECRET = 'a secret of the server, long enough'
const SCOPE = { app: 'demo', operation: 'message:post', room: 'lobby' }
const idOf = createWriteIds(SECRET)

test('[P3] a key is one id, on every node, of a version of its own', () => {
  const id = idOf(SCOPE, 'order 4711')
  expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
  expect(createWriteIds(SECRET)(SCOPE, 'order 4711')).toBe(id)
})

test('[P7] nobody without the secret can compute it, or learn it in another room, app or operation', () => {
  const ids = [
    idOf(SCOPE, 'order 4711'),
    createWriteIds('another secret, long enough as well')(SCOPE, 'order 4711'),
    idOf({ ...SCOPE, app: 'other' }, 'order 4711'),
    idOf({ ...SCOPE, room: 'other' }, 'order 4711'),
    idOf({ ...SCOPE, operation: 'message:delete' }, 'order 4711'),
    idOf(SCOPE, 'order 4712'),
  ]
  expect(new Set(ids).size).toBe(ids.length)
})

test('[P7] neither is a key that is a UUID used as it is', () => {
  const key = '0198b2f0-5a3e-7c11-9d2b-3f1e5a7c9b00'
  expect(idOf(SCOPE, key)).not.toBe(key)
})
