/** Everything a script opens is closed when the script ends: at its end, on an error, on Ctrl-C. */

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP']

const closers = new Set()
let signalExitCode
/** Set once a signal has asked us to end: whatever stops from then on was meant to. */
export let isEnding = false

/** Remembers how to close something. Returns the way to close it now; calling that twice is fine. */
export function own(close) {
  listenForSignals()
  closers.add(close)
  return async () => {
    if (closers.delete(close)) await close()
  }
}

export async function closeAll() {
  for (const close of [...closers].reverse()) {
    closers.delete(close)
    await close()
  }
}

/** For programs that run until told to end: Ctrl-C is then no failure. */
export function endWellOnSignals() {
  signalExitCode = 0
  listenForSignals()
}

function listenForSignals() {
  for (const signal of SIGNALS) {
    if (!process.listeners(signal).includes(end)) process.on(signal, end)
  }
}

/** npm passes on a signal that the terminal has sent us already: the second one changes nothing. */
async function end(_signal, number) {
  if (isEnding) return
  isEnding = true
  await closeAll()
  process.exit(signalExitCode ?? 128 + number)
}
