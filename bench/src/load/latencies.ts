/** Latencies in buckets 1% apart: any number of them in little memory, any quantile within 1%. */
const GROWTH = Math.log(1.01)
const LEAST_MS = 0.01
const BUCKETS = 1_700

export interface Latencies {
  record(ms: number): void
  readonly count: number
  /** @returns milliseconds; NaN where nothing was recorded */
  quantile(share: number): number
}

export function createLatencies(): Latencies {
  const counts = new Uint32Array(BUCKETS)
  let count = 0
  return {
    record(ms) {
      const bucket = ms <= LEAST_MS ? 0 : Math.round(Math.log(ms / LEAST_MS) / GROWTH)
      counts[Math.min(bucket, BUCKETS - 1)]! += 1
      count += 1
    },
    get count() {
      return count
    },
    quantile(share) {
      if (count === 0) return NaN
      const wanted = Math.max(1, Math.ceil(count * share))
      let seen = 0
      const bucket = counts.findIndex((inBucket) => (seen += inBucket) >= wanted)
      return LEAST_MS * Math.exp(bucket * GROWTH)
    },
  }
}
