import { expect, it } from 'vitest'
import { whole } from './figures.js'
import { lineChart, type LineChart } from './line-chart.js'

const AXIS = { label: 'people', scale: 'linear', format: whole } as const

const CHART: LineChart = {
  title: 'A < B & "C"',
  description: 'What > it shows',
  x: AXIS,
  y: { ...AXIS, label: 'ms', scale: 'log' },
  series: [
    {
      name: 'one',
      colour: 'blue',
      stroke: 'solid',
      points: [
        [0, 1],
        [50, 10],
        [100, 1_000],
      ],
    },
    {
      name: 'two',
      colour: 'orange',
      stroke: 'dashed',
      points: [
        [0, 2],
        [100, 20],
      ],
    },
  ],
}

const ticksOf = (svg: string) => [...svg.matchAll(/class="tick"[^>]*>([^<]*)</g)].map(([, words]) => words)

it('says what it shows to those who do not see it, and escapes what is said', () => {
  const svg = lineChart(CHART)
  expect(svg).toContain('<title id="title">A &lt; B &amp; &quot;C&quot;</title>')
  expect(svg).toContain('<desc id="description">What &gt; it shows</desc>')
  expect(svg).toContain('role="img" aria-labelledby="title description"')
})

it('has a point for each value and a tick for each power of ten', () => {
  const svg = lineChart(CHART)
  expect(svg.match(/<path class="line" d="M[\d. ]+L/g)).toHaveLength(2)
  // Five values, and a dot for each line of the legend.
  expect(svg.match(/<circle/g)).toHaveLength(7)
  expect(ticksOf(svg)).toEqual([
    '1',
    '2',
    '5',
    '10',
    '20',
    '50',
    '100',
    '200',
    '500',
    '1,000',
    '0',
    '20',
    '40',
    '60',
    '80',
    '100',
  ])
})

it('stays within its plot, and names the lines in their order', () => {
  const svg = lineChart(CHART)
  const ups = [...svg.matchAll(/cy="([\d.]+)"/g)].map(([, up]) => Number(up))
  expect(Math.min(...ups)).toBeGreaterThanOrEqual(84)
  expect(Math.max(...ups)).toBeLessThanOrEqual(370)
  expect(svg.indexOf('>one<')).toBeLessThan(svg.indexOf('>two<'))
})

it('draws a flat line and a single value without a division by zero', () => {
  const flat = {
    ...CHART.series[0]!,
    points: [
      [5, 7],
      [5, 7],
    ] as const,
  }
  expect(lineChart({ ...CHART, series: [flat] })).not.toMatch(/NaN|Infinity/)
})

it('draws the same from the same', () => {
  expect(lineChart(CHART)).toBe(lineChart(CHART))
})
