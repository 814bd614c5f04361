/** Prometheus' text as numbers: the sum of each metric over its labels. */
export interface MetricValues {
  /** 0 when there is no such metric. */
  sum(name: string): number
  /** One series, by its labels as they stand in the text. */
  labelled(name: string, labels: string): number
}

export function parseMetrics(text: string): MetricValues {
  const sums = new Map<string, number>()
  const series = new Map<string, number>()
  for (const line of text.split('\n')) {
    const [, name, labels = '', value] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)/.exec(line) ?? []
    if (name === undefined) continue
    sums.set(name, (sums.get(name) ?? 0) + Number(value))
    series.set(`${name}{${labels}}`, Number(value))
  }
  return {
    sum: (name) => sums.get(name) ?? 0,
    labelled: (name, labels) => series.get(`${name}{${labels}}`) ?? 0,
  }
}
