/** The tables of a report, as data: the terminal and the documentation show the same ones. */
import { median, plural, rounded, times, whole } from './figures.js'
import { findings, type Finding, type Report, type Run } from './report.js'

export interface Table {
  /** Its name in docs/benchmarks.md. */
  readonly name: string
  readonly title: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

export function tablesOf({ runs, goals }: Pick<Report, 'runs' | 'goals'>): Table[] {
  const all = [
    hotRoom(runs),
    quietRoom(runs),
    durableSends(runs),
    idleConnections(runs),
    storms(runs),
    comings(runs),
    catchUp(runs),
    readers(runs),
    guard(runs),
    failures(runs),
    {
      name: 'goals',
      title: 'Targets',
      head: ['target', 'wanted', 'measured', 'met'],
      rows: goals.map(({ section, what, wanted, measured, isMet }) => [
        section === 'guard' ? what : `(${section}) ${what}`,
        wanted,
        measured,
        isMet ? 'yes' : 'no',
      ]),
    },
  ]
  return all.filter(({ rows }) => rows.length > 0)
}

const STEP_HEAD = ['messages/s', 'deliveries/s', 'p50 ms', 'p99 ms', 'node µs', 'all µs', 'bytes']

type Step = Finding<'hot-room-at'>['result']

const stepCells = (step: Step) => [
  whole(step.messagesPerSecond),
  rounded(step.deliveriesPerSecond),
  rounded(step.p50Ms),
  rounded(step.p99Ms),
  rounded(step.nodesMicros),
  rounded(step.nodesMicros + step.othersMicros),
  rounded(step.bytes),
]

function hotRoom(runs: readonly Run[]): Table {
  return {
    name: 'hot-room',
    title:
      "(a) Hot room: the highest rate with a p99 below 100 ms; processor time and bytes are a delivery's",
    head: ['target', ...STEP_HEAD],
    rows: findings(runs, 'hot-room', 'a').map(({ run, result: { best } }) => [
      run.name,
      ...(best ? stepCells(best) : STEP_HEAD.map(() => '–')),
    ]),
  }
}

function quietRoom(runs: readonly Run[]): Table {
  const rounds = grouped(findings(runs, 'hot-room-at', 'b'), ({ run }) => run.name)
  return {
    name: 'quiet-room',
    title: '(b) Quiet room over 2 nodes: the median of the rounds',
    head: ['target', 'rounds', 'deliveries/s', 'p50 ms', 'p99 ms', 'node µs', 'all µs', 'a commit, ms'],
    rows: [...rounds].map(([name, found]) => {
      const middle = (figure: (step: Step) => number) =>
        rounded(median(found.map(({ result }) => figure(result))))
      return [
        name,
        `${found.length}`,
        middle((step) => step.deliveriesPerSecond),
        middle((step) => step.p50Ms),
        middle((step) => step.p99Ms),
        middle((step) => step.nodesMicros),
        middle((step) => step.nodesMicros + step.othersMicros),
        rounded(median(found.map(({ commits }) => commits?.meanMs ?? NaN))),
      ]
    }),
  }
}

function durableSends(runs: readonly Run[]): Table {
  const found = findings(runs, 'durable-sends', 'c', 'h')
  return {
    name: 'durable-sends',
    title: "(c, h) Acked sends; the bare room stores nothing. Processor time is a send's",
    head: [
      'rooms',
      'target',
      'sends/s',
      'ack p50 ms',
      'ack p99 ms',
      'node µs',
      'all µs',
      'messages a commit',
    ],
    rows: found
      .sort((a, b) => a.result.rooms - b.result.rooms)
      .map(({ run, result, commits }) => [
        whole(result.rooms),
        run.name,
        whole(result.sendsPerSecond),
        rounded(result.ackP50Ms),
        rounded(result.ackP99Ms),
        rounded(result.nodesMicros),
        rounded(result.nodesMicros + result.othersMicros),
        rounded(commits?.messagesEach ?? NaN),
      ]),
  }
}

function idleConnections(runs: readonly Run[]): Table {
  return {
    name: 'idle-connections',
    title: '(d, h) Idle connections: memory of one, and processor time of 1,000',
    head: ['target', 'connections', 'resident KB', 'heap KB', 'processor ms a second'],
    rows: findings(runs, 'idle-connections', 'd').flatMap(({ run, result }) =>
      result.points.map((point, index) => [
        run.name,
        whole(point.connections),
        rounded(point.residentKilobytes),
        rounded(point.heapKilobytes),
        // Watched once, when all are there.
        index === result.points.length - 1 ? rounded(result.processorMillis) : '–',
      ]),
    ),
  }
}

function storms(runs: readonly Run[]): Table {
  return {
    name: 'storms',
    title: '(e) Storms: everybody comes at once, then comes back at once',
    head: ['storm', 'target', 'all in, s', 'p50 ms', 'p99 ms', 'statements', 'processor s'],
    rows: findings(runs, 'storms', 'e').flatMap(({ run, result }) =>
      (['join', 'reconnect'] as const).map((name) => {
        const storm = result[name]
        return [
          `${whole(result.clients)} ${name === 'join' ? 'join' : 'return to'} ${plural(result.rooms, 'room')}`,
          run.name,
          rounded(storm.seconds),
          rounded(storm.p50Ms),
          rounded(storm.p99Ms),
          whole(storm.statements),
          rounded(storm.processorSeconds),
        ]
      }),
    ),
  }
}

function comings(runs: readonly Run[]): Table {
  return {
    name: 'comings-and-goings',
    title: "(f) One visitor's coming and going in a room of many",
    head: ['target', 'members', 'visitors', 'node ms', 'events to a member', 'bytes to a member'],
    rows: findings(runs, 'comings-and-goings', 'f').map(({ run, options, result }) => [
      run.name,
      whole(options.members),
      whole(options.visitors),
      rounded(result.processorMillis),
      rounded(result.eventsPerMember),
      rounded(result.bytesPerMember),
    ]),
  }
}

function catchUp(runs: readonly Run[]): Table {
  return {
    name: 'catch-up',
    title: '(g) Catching up',
    head: ['target', 'messages', 'ms', 'bytes', 'bytes a message', 'pages'],
    rows: findings(runs, 'catch-up', 'g').map(({ run, result }) => [
      run.name,
      whole(result.messages),
      whole(result.milliseconds),
      whole(result.bytes),
      rounded(result.bytes / result.messages),
      whole(result.pages),
    ]),
  }
}

function readers(runs: readonly Run[]): Table {
  const pairs = grouped(
    findings(runs, 'hot-room-at', 'h'),
    ({ options }) => `${options.members} ${options.startRate}`,
  )
  return {
    name: 'readers',
    title: '(h) Processor time a delivery against readers, at the same rate',
    head: ['readers', 'messages/s', 'bare: node µs', 'Alcove: node µs', 'Alcove: all µs', 'node', 'all'],
    rows: [...pairs.values()].flatMap((found) => {
      const bare = found.find(({ run }) => run.contender === 'bare')
      const alcove = found.find(({ run }) => run.contender === 'postgres-1')
      if (!bare || !alcove) return []
      const all = alcove.result.nodesMicros + alcove.result.othersMicros
      return [
        [
          whole(bare.options.members),
          whole(bare.options.startRate),
          rounded(bare.result.nodesMicros),
          rounded(alcove.result.nodesMicros),
          rounded(all),
          times(alcove.result.nodesMicros / bare.result.nodesMicros),
          times(all / bare.result.nodesMicros),
        ],
      ]
    }),
  }
}

function guard(runs: readonly Run[]): Table {
  return {
    name: 'guard',
    title: 'Guard: a room of 300, each server at a rate that it bears',
    head: ['target', ...STEP_HEAD],
    rows: findings(runs, 'hot-room-at', 'guard').map(({ run, result }) => [run.name, ...stepCells(result)]),
  }
}

function failures(runs: readonly Run[]): Table {
  return {
    name: 'failures',
    title: 'Failed',
    head: ['measure', 'target', 'why'],
    rows: runs.flatMap(({ section, measure, name, outcome }) =>
      outcome.ok ? [] : [[`(${section}) ${measure}`, name, outcome.error]],
    ),
  }
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group) group.push(item)
    else groups.set(keyOf(item), [item])
  }
  return groups
}
