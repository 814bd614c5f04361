/** Row 8: links between clients, nodes, Redis and PostgreSQL hang, break or forget, also in one direction. */
import type { Seat } from '../cluster.js'
import type { Random } from '../processes/random.js'
import type { Row, Stage } from '../stage.js'
import type { TcpProxy } from '../tcp-proxy.js'

const LINKS = { client: 'proxy', Redis: 'redisLink', PostgreSQL: 'postgresLink' } as const satisfies Record<
  string,
  keyof Seat
>
type LinkName = keyof typeof LINKS

const WAYS = {
  hangs: (link: TcpProxy) => link.hang(),
  'hangs outwards': (link: TcpProxy) => link.hang('out'),
  'hangs inwards': (link: TcpProxy) => link.hang('back'),
  breaks: (link: TcpProxy) => link.cut(),
  'is slow by 200 ms': (link: TcpProxy) => link.delay(200),
  forgets: (link: TcpProxy) => link.forget(),
}
type Way = keyof typeof WAYS

interface Cut {
  name: LinkName
  way: Way
  lastsMs: number
}

const LASTS_MS = { short: [500, 1_500], long: [1_000, 60_000] } as const
/** Beyond every timeout there is. */
const LONGEST_MS = 300_000

export const networkCut: Row = {
  number: 8,
  title: 'network cut',
  cast: {
    // Half open: found within 40 s; then the SDK's jitter.
    backWithinMs: 75_000,
    // The longest cut stays below the 20,000 changes after which a reader legitimately starts over.
    pauseMs: [80, 160],
  },
  async fault(stage) {
    for (const cut of drawCuts(stage)) await cutOne(stage, cut)
  },
}

/** Every link at least once; which way and how long is drawn. */
function drawCuts({ random, isLong }: Stage): Cut[] {
  const names = Object.keys(LINKS) as LinkName[]
  const [least, most] = isLong ? LASTS_MS.long : LASTS_MS.short
  const cuts = Array.from({ length: isLong ? 12 : names.length }, (_, index) => {
    const name = names[index % names.length]!
    return { name, way: drawWay(random, name, isLong), lastsMs: random.between(least, most) }
  })
  return isLong ? [...cuts, { name: 'client', way: 'hangs', lastsMs: LONGEST_MS }] : cuts
}

function drawWay(random: Random, name: LinkName, isLong: boolean): Way {
  const ways = Object.keys(WAYS) as Way[]
  // Only a heartbeat finds a half-open connection, and that takes longer than a short rehearsal has.
  return random.pick(ways.filter((way) => way !== 'forgets' || (isLong && name === 'client')))
}

async function cutOne(
  { cluster, scene, random, note, violate, pause }: Stage,
  { name, way, lastsMs }: Cut,
): Promise<void> {
  const seat: Seat = random.pick(cluster.seats)
  const link = seat[LINKS[name]]
  WAYS[way](link)
  await pause(lastsMs)
  link.heal()
  note(`${name} of node ${seat.index} ${way} ${(lastsMs / 1000).toFixed(1)} s`)
  if (!(await scene.moreAcks(20, 60_000))) violate(`no acks after the link to ${name} healed`)
}
