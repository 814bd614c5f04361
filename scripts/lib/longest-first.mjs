/** The order of test files: those that run longest first, so that no worker is left alone with one of them at the end. */
import { BaseSequencer } from 'vitest/node'

/** Measured, not exact. A name that is missing or wrong here costs time and nothing else. */
const LONGEST = [
  'balancer',
  'durability',
  'pglite',
  'kill',
  'workers',
  'process',
  'floods',
  'redis-refuses',
  'slow-reader',
  'postgres-start',
  'cluster',
  'routines',
  'redis-topologies',
  'long-polling',
]

export class LongestFirst extends BaseSequencer {
  async sort(files) {
    // Stable: within a rank the order is Vitest's own.
    return (await super.sort(files)).sort((a, b) => groupOf(a) - groupOf(b) || rankOf(a) - rankOf(b))
  }
}

const groupOf = ({ project }) => project.config.sequence.groupOrder

/** What is made of many short tests fills the gaps at the end. */
function rankOf({ moduleId }) {
  const [, name] = /([^/]+)\.integration\.test\.ts$/.exec(moduleId) ?? []
  if (name === undefined) return LONGEST.length + 1
  const rank = LONGEST.indexOf(name)
  return rank < 0 ? LONGEST.length : rank
}
