/** Draws a line chart as SVG, in colours for light and dark pages. Knows nothing of what is drawn. */

export type Point = readonly [x: number, y: number]

export interface Series {
  readonly name: string
  readonly colour: Colour
  /** Distinguishes lines of one colour. */
  readonly stroke: 'solid' | 'dashed' | 'dotted'
  readonly points: readonly Point[]
}

export interface Axis {
  readonly label: string
  readonly scale: 'linear' | 'log'
  readonly format: (value: number) => string
  /** Instead of ticks at round values. */
  readonly ticks?: readonly number[]
}

export interface LineChart {
  readonly title: string
  /** For those who do not see it. */
  readonly description: string
  readonly x: Axis
  readonly y: Axis
  readonly series: readonly Series[]
  /** A limit to look at. */
  readonly mark?: { readonly y: number; readonly label: string }
}

/** Each with one tone for light and one for dark pages, distinguishable also with red-green colour blindness. */
const COLOURS = {
  blue: ['#1d5fc4', '#6ea8ff'],
  cyan: ['#0b8a9c', '#4fd0e0'],
  orange: ['#c05206', '#ff9d57'],
  grey: ['#5f6672', '#a4adbb'],
} as const
export type Colour = keyof typeof COLOURS

const DASHES = { solid: '', dashed: ' stroke-dasharray="7 5"', dotted: ' stroke-dasharray="2 5"' }

const WIDTH = 820
const HEIGHT = 430
const PLOT = { left: 64, right: 570, top: 84, bottom: 370 }
const LEGEND_X = 592
const LEGEND_STEP = 26
const TICKS = 5

export function lineChart({ title, description, x, y, series, mark }: LineChart): string {
  const points = series.flatMap((each) => each.points)
  const across = scaleOf(
    x,
    points.map(([value]) => value),
    PLOT.left,
    PLOT.right,
  )
  const values = [...points.map(([, value]) => value), ...(mark ? [mark.y] : [])]
  const up = scaleOf(y, values, PLOT.bottom, PLOT.top)
  const lines = series.map((each) => drawLine(each, across.at, up.at))
  const drawn = [
    ...up.ticks.map((tick) => horizontal(up.at(tick), y.format(tick))),
    ...across.ticks.map((tick) => text(across.at(tick), PLOT.bottom + 22, x.format(tick), 'tick', 'middle')),
    `<path class="axis" d="M${PLOT.left} ${PLOT.bottom}H${PLOT.right}"/>`,
    ...(mark ? markLine(up.at(mark.y), mark.label) : []),
    ...lines,
    ...legend(series),
    text(24, 36, title, 'title'),
    text(24, 64, y.label, 'label'),
    text((PLOT.left + PLOT.right) / 2, HEIGHT - 14, x.label, 'label', 'middle'),
  ]
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="title description">
<title id="title">${escaped(title)}</title>
<desc id="description">${escaped(description)}</desc>
<style>${style()}</style>
<rect class="page" width="${WIDTH}" height="${HEIGHT}" rx="10"/>
${drawn.join('\n')}
</svg>
`
}

function style(): string {
  const tones = (tone: 0 | 1) =>
    Object.entries(COLOURS)
      .map(([name, both]) => `.${name}{color:${both[tone]}}`)
      .join('')
  const page = (back: string, ink: string, faint: string, line: string) =>
    `.page{fill:${back}}.title{fill:${ink}}.label,.tick,.name{fill:${faint}}.grid,.axis{stroke:${line}}.mark{stroke:${faint}}`
  return (
    `text{font:13px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}.title{font-size:17px;font-weight:600}` +
    `.tick{font-variant-numeric:tabular-nums}.axis{stroke-width:1.5}.mark{stroke-dasharray:3 4}` +
    `.line{fill:none;stroke:currentColor;stroke-width:2.5;stroke-linejoin:round;stroke-linecap:round}.dot{fill:currentColor}` +
    `${page('#fff', '#1a1f27', '#59616d', '#e3e6ea')}${tones(0)}` +
    `@media(prefers-color-scheme:dark){${page('#14181f', '#eceff4', '#a9b1bd', '#2c333d')}${tones(1)}}`
  )
}

function drawLine({ colour, stroke, points }: Series, x: Place, y: Place): string {
  const path = points
    .map(([across, up], index) => `${index ? 'L' : 'M'}${px(x(across))} ${px(y(up))}`)
    .join('')
  const dots = points.map(
    ([across, up]) => `<circle class="dot" cx="${px(x(across))}" cy="${px(y(up))}" r="3.5"/>`,
  )
  return `<g class="${colour}"><path class="line" d="${path}"${DASHES[stroke]}/>${dots.join('')}</g>`
}

function legend(series: readonly Series[]): string[] {
  return series.map(({ name, colour, stroke }, index) => {
    const middle = PLOT.top + 8 + index * LEGEND_STEP
    return (
      `<g class="${colour}"><path class="line" d="M${LEGEND_X} ${middle}h30"${DASHES[stroke]}/>` +
      `<circle class="dot" cx="${LEGEND_X + 15}" cy="${middle}" r="3.5"/></g>` +
      text(LEGEND_X + 40, middle + 4.5, name, 'name')
    )
  })
}

const horizontal = (at: number, label: string) =>
  `<path class="grid" d="M${PLOT.left} ${px(at)}H${PLOT.right}"/>${text(PLOT.left - 10, at + 4.5, label, 'tick', 'end')}`

const markLine = (at: number, label: string) => [
  `<path class="mark" d="M${PLOT.left} ${px(at)}H${PLOT.right}"/>`,
  text(PLOT.left + 6, at - 6, label, 'label'),
]

type Place = (value: number) => number

function scaleOf(
  axis: Axis,
  values: readonly number[],
  from: number,
  to: number,
): { at: Place; ticks: number[] } {
  const [least, most] = [Math.min(...values), Math.max(...values)]
  const ticks = [...(axis.ticks ?? (axis.scale === 'log' ? logTicks(least, most) : linearTicks(most)))]
  const measure: Place = axis.scale === 'log' ? Math.log10 : (value) => value
  const low = measure(Math.min(least, ticks[0]!, axis.scale === 'log' ? Infinity : 0))
  const high = measure(Math.max(most, ticks.at(-1)!))
  return { at: (value) => from + ((measure(value) - low) / (high - low || 1)) * (to - from), ticks }
}

function linearTicks(most: number): number[] {
  const rough = most / TICKS || 1
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough)!
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, index) => index * step)
}

/** Powers of ten; over a short range 2 and 5 times them as well. */
function logTicks(least: number, most: number): number[] {
  const [first, last] = [Math.floor(Math.log10(least)), Math.ceil(Math.log10(most))]
  const factors = last - first > 3 ? [1] : [1, 2, 5]
  const all = Array.from({ length: last - first + 1 }, (_, index) =>
    factors.map((factor) => Number((factor * 10 ** (first + index)).toPrecision(3))),
  ).flat()
  const below = all.filter((tick) => tick <= least).at(-1) ?? all[0]!
  const above = all.find((tick) => tick >= most) ?? all.at(-1)!
  return all.filter((tick) => tick >= below && tick <= above)
}

const text = (x: number, y: number, words: string, kind: string, anchor = 'start') =>
  `<text class="${kind}" x="${px(x)}" y="${px(y)}"${anchor === 'start' ? '' : ` text-anchor="${anchor}"`}>${escaped(words)}</text>`

const px = (value: number) => Number(value.toFixed(1))

const escaped = (words: string) =>
  words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
