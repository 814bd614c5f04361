import { expect, it } from 'vitest'
import { parseMetrics } from './metric-values.js'

it('adds up the series of a metric and knows none as 0', () => {
  const metrics = parseMetrics('# HELP a x\n# TYPE a counter\na{kind="x"} 1\na{kind="y"} 2.5\nb 7\n')
  expect(metrics.sum('a')).toBe(3.5)
  expect(metrics.sum('b')).toBe(7)
  expect(metrics.sum('c')).toBe(0)
})
