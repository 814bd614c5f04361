/** Row 5: a publish vanishes on its way to the nodes, in the middle and then as the last word in a silent room. */
import { waitUntil } from '../processes/wait-until.js'
import type { Row, Stage } from '../stage.js'

const FOUND_WITHIN_MS = 20_000

export const publishLost: Row = {
  number: 5,
  title: 'publish lost, then the last one',
  async fault(stage) {
    const { cluster, scene, violate } = stage
    loseNext(stage, 3)
    if (!(await scene.moreAcks(30, 10_000))) violate('no acks after the loss')
    scene.stop()
    await waitUntil(() => scene.writers.every(({ waiting }) => waiting === 0), 10_000)
    for (const { redisLink } of cluster.seats) redisLink.heal()

    const lostBefore = lostPushes(stage)
    loseNext(stage, 1)
    const message = stage.random.pick(scene.writers).write()
    const startedAt = performance.now()
    const isAcked = await waitUntil(() => message.outcome.kind === 'acked', 10_000)
    const seq = message.outcome.kind === 'acked' ? message.outcome.seq : Infinity
    const isFound = await waitUntil(
      () => scene.readers.every(({ lastSeq }) => lastSeq >= seq),
      FOUND_WITHIN_MS,
    )
    const tookMs = Math.round(performance.now() - startedAt)
    stage.note(`${lostPushes(stage) - lostBefore} copies of the last message lost, found after ${tookMs} ms`)
    if (!isAcked) violate('the last message was not acked')
    if (!isFound) violate(`a lost last message was not found within ${FOUND_WITHIN_MS / 1000} s`)
    if (lostPushes(stage) === lostBefore) violate('no publish was lost: nothing was rehearsed')
    cluster.heal()
  },
}

/** On every link: all other nodes miss it. */
function loseNext({ cluster, scene }: Stage, count: number): void {
  for (const { redisLink } of cluster.seats) redisLink.losePushes(scene.mark, count)
}

const lostPushes = ({ cluster }: Stage) =>
  cluster.seats.reduce((sum, { redisLink }) => sum + redisLink.lostPushes, 0)
