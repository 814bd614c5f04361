/**
 * A failure that the operator can fix: the message says what and how, so no stack is needed. Each source of such
 * failures has its own subclass; code that reports them only needs this one.
 */
export class ExpectedFailure extends Error {}
