/** Row 1: nodes are killed under load, one after the other; their people come back elsewhere, their ghosts go. */
import { readFile } from 'node:fs/promises'
import { connectBare } from '../bare-client.js'
import type { Row, Stage } from '../stage.js'

const KILLS = { short: 3, long: 10 }
const WORKER_KILLS = 5
const ACKS_BETWEEN = 40
const ACKS_WITHIN_MS = 60_000

export const nodeKilled: Row = {
  number: 1,
  title: 'node killed under load',
  async fault(stage) {
    const { cluster, scene, random, isLong, note, violate, pause } = stage
    const kills = isLong ? KILLS.long : KILLS.short
    for (let kill = 0; kill < kills; kill += 1) {
      const seat = random.pick(cluster.seats)
      // Dies with its node and never comes back: nobody may see it for longer than 45 s.
      const user = `mortal${kill}`
      const mortal = await connectBare({ url: `http://127.0.0.1:${seat.node.port}`, app: cluster.app, user })
      await mortal.ask('room:join', { room: scene.room })
      scene.presence.expect(user)
      if (!(await scene.moreAcks(ACKS_BETWEEN, ACKS_WITHIN_MS))) violate(`no acks before kill ${kill + 1}`)
      await seat.node.kill()
      scene.presence.forget(user)
      await pause(random.between(100, isLong ? 3_000 : 500))
      await seat.replace()
      mortal.close()
    }
    note(`${kills} kills`)
    if (isLong) await killWorkers(stage)
  },
}

/** The same with one node as two workers behind one port: the primary replaces what is killed. */
async function killWorkers({ cluster, scene, random, note, violate }: Stage): Promise<void> {
  const [seat] = cluster.seats
  await seat!.handOver({ WORKERS: '2' })
  for (let kill = 0; kill < WORKER_KILLS; kill += 1) {
    if (!(await scene.moreAcks(ACKS_BETWEEN, ACKS_WITHIN_MS)))
      violate(`no acks before worker ${kill + 1} is killed`)
    const workers = await childrenOf(seat!.node.pid)
    if (workers.length === 0) return note('no workers killed: only Linux says which they are')
    process.kill(random.pick(workers), 'SIGKILL')
  }
  if (!(await scene.moreAcks(ACKS_BETWEEN, ACKS_WITHIN_MS))) violate('no acks after workers were killed')
  await seat!.handOver()
  note(`${WORKER_KILLS} workers killed`)
}

async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '')
  return text.trim().split(' ').filter(Boolean).map(Number)
}
