/** The plots of a report. */
import type { Contender } from '../contenders.js'
import { rounded, short, whole } from './figures.js'
import { lineChart, type Axis, type LineChart, type Point, type Series } from './line-chart.js'
import { findings, type Report, type Run } from './report.js'

type Look = Pick<Series, 'colour' | 'stroke'>

const LOOKS: Record<Contender, Look> = {
  bare: { colour: 'orange', stroke: 'solid' },
  'bare-redis-1': { colour: 'grey', stroke: 'solid' },
  'bare-redis-2': { colour: 'grey', stroke: 'dashed' },
  'bare-redis-3': { colour: 'grey', stroke: 'dotted' },
  'postgres-1': { colour: 'blue', stroke: 'solid' },
  'postgres-2': { colour: 'blue', stroke: 'dashed' },
  'postgres-3': { colour: 'blue', stroke: 'dotted' },
  pglite: { colour: 'cyan', stroke: 'solid' },
}

/** In the order in which a legend names them. */
const NAMES: Record<Contender, string> = {
  'postgres-1': 'Alcove',
  'postgres-2': 'Alcove, 2 nodes',
  'postgres-3': 'Alcove, 3 nodes',
  pglite: 'Alcove, PGlite',
  bare: 'Socket.IO',
  'bare-redis-1': 'Socket.IO + Redis',
  'bare-redis-2': 'Socket.IO + Redis, 2 nodes',
  'bare-redis-3': 'Socket.IO + Redis, 3 nodes',
}

const ORDER = Object.keys(NAMES)
const byName = <N extends { run: Pick<Run, 'contender'> }>(found: readonly N[]) =>
  [...found].sort((a, b) => ORDER.indexOf(a.run.contender) - ORDER.indexOf(b.run.contender))

/** Lines that end far apart are named in the order in which they end, from the top. */
const byEnd = (series: readonly Series[]) =>
  [...series].sort((a, b) => (b.points.at(-1)?.[1] ?? 0) - (a.points.at(-1)?.[1] ?? 0))

/** SVG by file name; a plot without two points of one line is left out. */
export function chartsOf({ runs }: Pick<Report, 'runs'>): Map<string, string> {
  const charts = {
    'hot-room': hotRoom(runs),
    readers: readers(runs),
    sends: sends(runs),
    memory: memory(runs),
  }
  return new Map(
    Object.entries(charts)
      .map(([name, chart]) => [name, { ...chart, series: chart.series.filter(isLine) }] as const)
      .filter(([, { series }]) => series.length > 0)
      .map(([name, chart]) => [`${name}.svg`, lineChart(chart)]),
  )
}

const isLine = ({ points }: Series) => points.length > 1

const log = (label: string, format: Axis['format'], ticks?: readonly number[]): Axis => ({
  label,
  scale: 'log',
  format,
  ...(ticks && { ticks }),
})

/** Far beyond the limit a line says nothing more. */
const MOST_MS = 20_000

function hotRoom(runs: readonly Run[]): LineChart {
  const found = byName(findings(runs, 'hot-room', 'a'))
  return {
    title: `A room of ${found[0]?.options.members}: how long a delivery takes as the room gets hotter`,
    description:
      'The 99th percentile of the time from send to delivery against deliveries a second, one line for each target. Up to 100 milliseconds a target keeps up.',
    x: log('deliveries per second that were asked for', short),
    y: log('p99 from send to delivery, ms', short),
    mark: { y: 100, label: 'keeps up below 100 ms' },
    series: found.map(({ run, result, options }) => ({
      name: NAMES[run.contender],
      ...LOOKS[run.contender],
      points: sorted(
        result.steps
          .filter(({ p99Ms }) => p99Ms > 0 && p99Ms < MOST_MS)
          .map(({ messagesPerSecond, p99Ms }) => [messagesPerSecond * options.members, p99Ms]),
      ),
    })),
  }
}

function readers(runs: readonly Run[]): LineChart {
  const found = findings(runs, 'hot-room-at', 'h')
  const quiet = Math.min(...found.map(({ options }) => options.startRate))
  const line = (contender: Contender, isQuiet: boolean): Series => ({
    name: `${NAMES[contender]}, ${isQuiet ? `${whole(quiet)} messages/s` : 'up to 500/s'}`,
    colour: LOOKS[contender].colour,
    stroke: isQuiet ? 'dashed' : 'solid',
    points: sorted(
      found
        .filter(
          ({ run, options }) => run.contender === contender && (options.startRate === quiet) === isQuiet,
        )
        .map(({ options, result }) => [options.members, result.nodesMicros]),
    ),
  })
  return {
    title: 'What a delivery costs the node',
    description:
      "Microseconds of the node's processor time for one delivery against the number of readers in the room, for Socket.IO and Alcove at two message rates.",
    x: log('readers in the room', whole, unique(found.map(({ options }) => options.members))),
    y: log('processor time per delivery, µs', rounded),
    series: byEnd([true, false].flatMap((isQuiet) => [line('bare', isQuiet), line('postgres-1', isQuiet)])),
  }
}

function sends(runs: readonly Run[]): LineChart {
  const found = findings(runs, 'durable-sends', 'c', 'h')
  const contenders = ['bare', 'postgres-1', 'pglite'] as const
  const words = {
    bare: 'Socket.IO, stores nothing',
    'postgres-1': 'Alcove, PostgreSQL',
    pglite: 'Alcove, PGlite',
  }
  return {
    title: 'Acked sends per second, over many rooms',
    description:
      'Acked messages a second against the number of rooms they are sent to. Alcove has stored each before the ack; Socket.IO stores nothing.',
    x: log('rooms', whole, unique(found.map(({ result }) => result.rooms))),
    y: { label: 'acked sends per second', scale: 'linear', format: short },
    series: byEnd(
      contenders.map((contender) => ({
        name: words[contender],
        ...LOOKS[contender],
        points: sorted(
          found
            .filter(({ run }) => run.contender === contender)
            .map(({ result }) => [result.rooms, result.sendsPerSecond]),
        ),
      })),
    ),
  }
}

function memory(runs: readonly Run[]): LineChart {
  const KILOBYTES = 1_024
  const kinds = [
    ['resident', 'residentKilobytes', 'solid'],
    ['heap', 'heapKilobytes', 'dashed'],
  ] as const
  return {
    title: 'What idle connections weigh',
    description:
      'Megabytes a node grows by against the number of idle connections: resident memory and heap, for Socket.IO and Alcove.',
    x: { label: 'idle connections', scale: 'linear', format: whole },
    y: { label: 'memory beyond an empty node, MB', scale: 'linear', format: short },
    series: byEnd(
      findings(runs, 'idle-connections', 'd').flatMap(({ run, result }) =>
        kinds.map(([word, figure, stroke]) => ({
          name: `${NAMES[run.contender]}: ${word}`,
          colour: LOOKS[run.contender].colour,
          stroke,
          points: [
            [0, 0] as const,
            ...result.points.map(
              (point) => [point.connections, (point[figure] * point.connections) / KILOBYTES] as const,
            ),
          ],
        })),
      ),
    ),
  }
}

const sorted = (points: readonly Point[]) => [...points].sort(([a], [b]) => a - b)
const unique = (values: readonly number[]) => [...new Set(values)].sort((a, b) => a - b)
