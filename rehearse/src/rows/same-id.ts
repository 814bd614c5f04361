/** Row 11: one id many times on two nodes at once, an ack that is lost, another body under a known id: one row. */
import { randomUUID } from 'node:crypto'
import { connectBare, type BareClient } from '../bare-client.js'
import type { Row, Stage } from '../stage.js'

const COPIES = 50
const ROUNDS = { short: 3, long: 20 }

export const sameId: Row = {
  number: 11,
  title: 'the same id again and again',
  async fault(stage) {
    const { cluster, scene, isLong, note } = stage
    const rounds = isLong ? ROUNDS.long : ROUNDS.short
    scene.presence.expect('twin')
    for (let round = 0; round < rounds; round += 1) {
      const twins = await Promise.all(cluster.seats.slice(0, 2).map(({ url }) => join(stage, url)))
      await race(stage, twins, round)
      await loseAck(stage, twins, round)
      for (const twin of twins) twin.close()
    }
    scene.presence.forget('twin')
    note(`${rounds} rounds of ${COPIES} copies by two nodes`)
  },
}

async function join({ cluster, scene }: Stage, url: string): Promise<BareClient> {
  const client = await connectBare({ url, app: cluster.app, user: 'twin' })
  await client.ask('room:join', { room: scene.room })
  return client
}

async function race({ scene, violate }: Stage, twins: BareClient[], round: number): Promise<void> {
  const { room, mark } = scene
  const message = { room, id: randomUUID(), text: `${mark}twin:${round}` }
  const answers = await Promise.all(
    Array.from({ length: COPIES }, (_, copy) => twins[copy % twins.length]!.ask('message:send', message)),
  )
  const seqs = new Set(answers.map((answer) => (answer.ok ? answer.message.seq : answer.error.code)))
  if (seqs.size !== 1) violate(`copies of one message were answered with ${[...seqs].join(', ')}`)
  const other = await twins[0]!.ask('message:send', { ...message, text: `${mark}another:${round}` })
  if (other.ok || other.error.code !== 'message_conflict')
    violate('another body under a known id was no conflict')
}

/** The connection ends before the ack; the retry goes by the other node. */
async function loseAck(stage: Stage, [first, second]: BareClient[], round: number): Promise<void> {
  const { scene, violate, pause } = stage
  const message = { room: scene.room, id: randomUUID(), text: `${scene.mark}lost-ack:${round}` }
  first!.ask('message:send', message).catch(() => {})
  await pause(5)
  first!.close()
  const answers = [await second!.ask('message:send', message), await second!.ask('message:send', message)]
  const seqs = new Set(answers.map((answer) => (answer.ok ? answer.message.seq : answer.error.code)))
  if (seqs.size !== 1 || !answers.every(({ ok }) => ok))
    violate(`a retry was answered with ${[...seqs].join(', ')}`)
}
