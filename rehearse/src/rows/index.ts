/** The rows of the fault table that a cluster of one's own can rehearse, in their order. */
import type { Row } from '../stage.js'
import { clocksOff } from './clocks-off.js'
import { loopStalled } from './loop-stalled.js'
import { networkCut } from './network-cut.js'
import { nightOffline } from './night-offline.js'
import { nodeKilled } from './node-killed.js'
import { nodePaused } from './node-paused.js'
import { postgresGone } from './postgres-gone.js'
import { publishLost } from './publish-lost.js'
import { reconnectStorm } from './reconnect-storm.js'
import { redisAway } from './redis-away.js'
import { rollingDeploy } from './rolling-deploy.js'
import { sameId } from './same-id.js'
import { slowReaders } from './slow-readers.js'
import { thrownOut } from './thrown-out.js'
import { twoNodes } from './two-nodes.js'

export const ROWS: readonly Row[] = [
  nodeKilled,
  nodePaused,
  redisAway,
  publishLost,
  postgresGone,
  networkCut,
  slowReaders,
  clocksOff,
  sameId,
  twoNodes,
  thrownOut,
  reconnectStorm,
  rollingDeploy,
  nightOffline,
  loopStalled,
]
