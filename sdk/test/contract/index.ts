/** The promises of the protocol as functions of a world, which run against both the fake server and a node. */
import { CHANGES } from './changes.js'
import { MESSAGES } from './messages.js'
import { REACTIONS } from './reactions.js'
import type { Rule } from './world.js'

export { CAPABILITIES, createWorld, type Rule, type World } from './world.js'

export const RULES: Readonly<Record<string, readonly Rule[]>> = {
  messages: MESSAGES,
  changes: CHANGES,
  reactions: REACTIONS,
}
