/** `@alcove/sdk/protocol`: what SDK and server agree on. Types, limits, error codes, and the form of a text. */
export * from './error-meanings.js'
export * from './error-statuses.js'
export * from './errors.js'
export * from './events.js'
export * from './limits.js'
export * from './normal-text.js'
export * from './token-subject.js'
