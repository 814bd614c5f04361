/** `@alcove/sdk/protocol`: what SDK and server agree on. Types, limits and error codes; no behaviour. */
export * from './error-meanings.js'
export * from './errors.js'
export * from './events.js'
export * from './limits.js'
