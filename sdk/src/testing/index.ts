/** `@alcove/sdk/testing`: a real chat without a network. */
export { createFakeServer, type FakeServer, type FakeServerOptions } from './fake-server.js'
