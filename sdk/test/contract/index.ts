/** The promises of the protocol as functions of a world: kept by the fake server and by a node alike. */
export { CHANGES } from './changes.js'
export { MESSAGES } from './messages.js'
export { REACTIONS } from './reactions.js'
export { createWorld, type Person, type Rule, type ServerUnderTest, type World } from './world.js'
