/** Commits are `area: imperative`, at most 72 characters, with the reason in the body (CONTRIBUTING.md). */
import { execFileSync } from 'node:child_process'

/** The rule is younger than these. */
const OLD = '082fcca'
const SUBJECT = /^[a-z][a-z0-9-]*(?:, [a-z][a-z0-9-]*)*: \S.*[^.]$/
const MAX_LENGTH = 72

/** @returns one sentence for each commit whose subject is not as it should be. None where there is no history to look at. */
export function checkCommits() {
  return subjects().flatMap(({ id, subject }) => {
    const reason = problemOf(subject)
    return reason ? [`${id} "${subject}": ${reason}`] : []
  })
}

export function problemOf(subject) {
  if (subject.length > MAX_LENGTH) return `has ${subject.length} characters; at most ${MAX_LENGTH}`
  if (!SUBJECT.test(subject)) return 'should be "area: imperative", without a full stop'
  return undefined
}

function subjects() {
  const git = (...args) =>
    execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  let log
  try {
    git('cat-file', '-e', OLD)
    log = git('log', '--no-merges', '--format=%h %s', `${OLD}..HEAD`)
  } catch {
    // An archive, or a clone that does not go back so far.
    return []
  }
  return log
    .split('\n')
    .filter(Boolean)
    .map((line) => ({ id: line.slice(0, line.indexOf(' ')), subject: line.slice(line.indexOf(' ') + 1) }))
}
