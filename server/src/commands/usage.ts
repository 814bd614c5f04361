import { ExpectedFailure } from '../errors/expected-failure.js'
import { nearestTo } from '../process/misspelling.js'

/** A usage error on the command line: printed without a stack, exit code 2. */
export class Usage extends ExpectedFailure {
  override readonly name = 'Usage'
}

/** @returns "x is no command; is it y?" and where to read more */
export const unknownWord = (word: string, kind: string, known: readonly string[]): Usage => {
  const nearest = nearestTo(word, known)
  return new Usage(
    `${word} is no ${kind}; ${nearest ? `did you mean ${nearest}?` : `there are: ${known.join(', ')}.`} See: alcove help`,
  )
}

export const USAGE = `alcove: realtime chat rooms for any website

  alcove serve                      run a node
  alcove migrate                    bring the database to this version's schema
      --accept-secret               from now on nodes sign with this ALCOVE_SECRET: guests become new ones
  alcove app list                   apps and their settings
  alcove app show <id>              one app's settings; its secret is not shown again
  alcove app create <id> [options]  make an app and print its secret
  alcove app update <id> [options]  change an app
      --add-origin <origin>         allow pages of https://site.example or https://*.site.example
      --remove-origin <origin>
      --guests yes|no               people without a token (yes)
      --native-clients yes|no       clients that send no Origin header (no)
      --rooms-on-the-fly yes|no     joining an unknown room makes it (yes)
      --capabilities <list>         what guests may do (read,write,react); read: look on
      --limit <name>=<number>       one of the limits in docs/limits.md
  alcove token <app> <user> [--name <name>] [--minutes <n>]
                                    sign a token for a user, to try things out
  alcove rehearse [options]         cause faults and check that no message is lost, doubled or reordered
      --rows short|all|<numbers>    which faults of docs/rehearse.md (short)
      --seed <n>                    replay a run
      --nodes <n>                   nodes of its own cluster (3); also --writers, --readers
      --compare                     the same against a bare Socket.IO room
      --database-url, --redis-server   instead of the PostgreSQL and Redis found on this machine
      --server <address,address>    a cluster of yours instead, with --app <id>, --seconds <n> and
                                    --token-secret-file <file> (without: guests)
      --json <file>                 the result for a program
  alcove --version                  which Alcove this is

Configuration comes from the environment; docs/operating.md lists it. The commands work while a server
runs; with the embedded database as the user that runs it, with the same ALCOVE_DATA_DIR.`
