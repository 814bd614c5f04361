/**
 * Loaded into every node of a rehearsal before its own code (`--import`): a clock that is off (`REHEARSE_CLOCK_MS`) and
 * an event loop that stalls for `REHEARSE_STALL_MS` on SIGUSR2. Faults that no network and no signal can cause.
 */
const clockMs = Number(process.env.REHEARSE_CLOCK_MS ?? 0)
const stallMs = Number(process.env.REHEARSE_STALL_MS ?? 3_000)

if (clockMs !== 0) {
  const RealDate = Date
  globalThis.Date = class extends RealDate {
    constructor(...given: unknown[]) {
      if (given.length === 0) super(RealDate.now() + clockMs)
      else super(...(given as [number]))
    }
    static override now(): number {
      return RealDate.now() + clockMs
    }
  } as DateConstructor
}

process.on('SIGUSR2', () => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, stallMs)
})

export {}
