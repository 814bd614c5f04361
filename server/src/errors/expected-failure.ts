/**
 * What whoever runs the command can mend: its message says what and how, so nobody needs the stack. Each place that finds
 * such a thing has a class of its own; who reports it needs to know only this one.
 */
export class ExpectedFailure extends Error {}
