/** The promises of the protocol as functions of a world, which run against both the fake server and a node. */
export { CHANGES } from './changes.js'
export { MESSAGES } from './messages.js'
export { REACTIONS } from './reactions.js'
export { createWorld, type Person, type Rule, type ServerUnderTest, type World } from './world.js'
