/** What a node measures about itself, for `/metrics` (Prometheus). */
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'
import { standardOutput } from './process/log-destination.js'
import { VERSION } from './process/version.js'

export type Metrics = ReturnType<typeof createMetrics>

export function createMetrics() {
  const registry = new Registry()
  // Includes nodejs_eventloop_lag_seconds, the first metric to check when a node feels slow.
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  new Gauge({
    name: 'alcove_build_info',
    help: 'Always 1; which version runs',
    labelNames: ['version'],
    registers,
  }).set({ version: VERSION }, 1)
  new Counter({
    name: 'alcove_log_lines_dropped_total',
    help: 'Lines of the log that could not be written, as on a full disk',
    registers,
    collect() {
      this.reset()
      this.inc(standardOutput().dropped)
    },
  })
  return {
    registry,
    connections: new Gauge({ name: 'alcove_connections', help: 'Open realtime connections', registers }),
    rooms: new Gauge({
      name: 'alcove_rooms_open',
      help: 'Rooms with at least one connection on this node',
      registers,
    }),
    messages: new Counter({
      name: 'alcove_messages_committed_total',
      help: 'Messages committed by this node',
      registers,
    }),
    changes: new Counter({
      name: 'alcove_changes_committed_total',
      help: 'Edits and deletions committed by this node',
      registers,
    }),
    commits: new Histogram({
      name: 'alcove_commit_seconds',
      help: 'Duration of one transaction that writes messages or changes',
      buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5],
      registers,
    }),
    batch: new Histogram({
      name: 'alcove_commit_messages',
      help: 'Messages or changes in one transaction',
      buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500],
      registers,
    }),
    statements: new Counter({
      name: 'alcove_database_statements_total',
      help: 'Statements sent to the database',
      registers,
    }),
    reads: new Counter({
      name: 'alcove_log_reads_total',
      help: 'Reads of room logs',
      labelNames: ['kind'] as const,
      registers,
    }),
    refusals: new Counter({
      name: 'alcove_refusals_total',
      help: 'Refused requests and handshakes',
      labelNames: ['code'] as const,
      registers,
    }),
    faults: new Counter({
      name: 'alcove_faults_total',
      help: 'Unexpected failures, each with a log line',
      registers,
    }),
    slowReaders: new Counter({
      name: 'alcove_slow_readers_total',
      help: 'Connections cut off because they stopped reading',
      registers,
    }),
    hostileConnections: new Counter({
      name: 'alcove_hostile_connections_total',
      help: 'Connections cut off for flooding or for what no client sends',
      registers,
    }),
    addressDrops: new Counter({
      name: 'alcove_address_drops_total',
      help: 'Connections and sessions dropped because their address had too many that were not used',
      labelNames: ['kind'] as const,
      registers,
    }),
    backlog: new Gauge({
      name: 'alcove_backlog_bytes',
      help: 'Largest number of bytes waiting for one connection at the last look',
      registers,
    }),
    redisUp: new Gauge({
      name: 'alcove_redis_up',
      help: 'Whether Redis answers and does what this node needs; while it does not, the node goes on alone',
      registers,
    }),
    redisRefusals: new Counter({
      name: 'alcove_redis_refusals_total',
      help: 'What Redis answered and refused to do for this node, by the first word of its answer',
      labelNames: ['code'] as const,
      registers,
    }),
    localRates: new Counter({
      name: 'alcove_rate_limits_local_total',
      help: 'Requests counted against a rate limit by this node alone, because Redis did not answer in time',
      registers,
    }),
    unpublished: new Counter({
      name: 'alcove_unpublished_total',
      help: 'Facts that could not be published to other nodes; their head check finds what was missed',
      registers,
    }),
    clusterNonsense: new Counter({
      name: 'alcove_cluster_nonsense_total',
      help: 'What something else wrote into our part of Redis, ignored',
      labelNames: ['kind'] as const,
      registers,
    }),
    enteredAnew: new Counter({
      name: 'alcove_entered_anew_total',
      help: 'Times this node entered all its people and connections in Redis again, as after an outage of it',
      registers,
    }),
    storedRooms: new Gauge({
      name: 'alcove_stored_rooms',
      help: 'Rooms in the database, of the 20 largest apps; counted every few minutes, the same on every node',
      labelNames: ['app'] as const,
      aggregator: 'max',
      registers,
    }),
    storedMessages: new Gauge({
      name: 'alcove_stored_messages',
      help: 'Messages in the database, of the 20 largest apps; counted every few minutes, the same on every node',
      labelNames: ['app'] as const,
      aggregator: 'max',
      registers,
    }),
    storedBytes: new Gauge({
      name: 'alcove_stored_bytes',
      help: 'Bytes of text and meta in the database, former texts included, of the 20 largest apps; counted every few minutes, the same on every node',
      labelNames: ['app'] as const,
      aggregator: 'max',
      registers,
    }),
    emptyRooms: new Counter({
      name: 'alcove_empty_rooms_removed_total',
      help: 'Rooms removed because nobody ever wrote in them',
      registers,
    }),
    headChecks: new Counter({
      name: 'alcove_head_checks_total',
      help: 'Comparisons of all open rooms with the database',
      registers,
    }),
    headGaps: new Counter({
      name: 'alcove_head_gaps_total',
      help: 'Rooms found behind the database by the head check',
      registers,
    }),
  }
}
