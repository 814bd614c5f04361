/** What every other script does: it runs, and writes under a key of ours. Leaves nothing. */
export const PROBE = `
redis.call('SET', KEYS[1], '1')
return redis.call('DEL', KEYS[1])
`
