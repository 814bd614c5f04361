/** Classifies replies from Redis: whether they describe a state of the server, and what may be shown publicly. Pure. */

/** An error reply from Redis in its own words: `NOPERM …`. */
export function isReply(error: unknown): error is Error & { command?: unknown } {
  return error instanceof Error && error.name === 'ReplyError'
}

/**
 * `away`: it serves none of our commands now. `refused`: it refuses some. `fault`: the command or the data was wrong.
 */
export type Meaning = 'away' | 'refused' | 'fault'

const AWAY =
  /^(LOADING|READONLY|CLUSTERDOWN|MASTERDOWN|TRYAGAIN|NOAUTH|WRONGPASS|BUSY|UNBLOCKED|DENIED|ERR max number of clients)\b/
const REFUSED =
  /^(NOPERM|MISCONF|OOM|NOREPLICAS|NOPROTO|MOVED|ASK|ERR unknown command|ERR ACL failure|ERR unknown Redis command|ERR This Redis command is not allowed)\b/i

export function meaningOf(reply: Error): Meaning {
  if (AWAY.test(reply.message)) return 'away'
  return REFUSED.test(reply.message) ? 'refused' : 'fault'
}

/** One word without addresses or names, for public endpoints and metrics. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'no answer'
  if (isReply(error)) {
    if (/^ERR unknown command/i.test(error.message)) return 'unknown command'
    if (/^ERR ACL failure/.test(error.message)) return 'NOPERM'
    if (/^ERR max number of clients/.test(error.message)) return 'max clients'
    return /^[A-Z]{2,20}\b/.exec(error.message)?.[0] ?? 'ERR'
  }
  const code = 'code' in error ? error.code : undefined
  return typeof code === 'string' && /^[A-Z_]{2,50}$/.test(code) ? code : 'no answer'
}
