/** Does what every other script does: runs, and writes to one of our keys. Leaves nothing behind. */
export const PROBE = `
redis.call('SET', KEYS[1], '1')
return redis.call('DEL', KEYS[1])
`
