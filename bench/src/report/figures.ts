/** Figures as they are read: rounded to what they are worth. */
const WHOLE = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })

export const whole = (value: number) => WHOLE.format(value)

/** Three digits are worth saying, and no more. */
export function rounded(value: number): string {
  if (!Number.isFinite(value)) return '–'
  const short = Number(value.toPrecision(3))
  return Math.abs(short) >= 1_000 ? WHOLE.format(short) : `${short}`
}

/** Precise enough to show which side of a limit it is on. */
export const times = (ratio: number) => `${Number(ratio.toFixed(ratio >= 10 ? 1 : 2))}x`

/** Short, for an axis. */
export function short(value: number): string {
  if (value >= 1e6) return `${Number((value / 1e6).toPrecision(3))} M`
  if (value >= 1e3) return `${Number((value / 1e3).toPrecision(3))} k`
  return `${Number(value.toPrecision(3))}`
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? NaN
}

export const plural = (count: number, word: string) => `${whole(count)} ${word}${count === 1 ? '' : 's'}`
