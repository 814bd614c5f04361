/** What a result file says of the machine: what figures depend on, nothing that tells whose machine it is. */
import { arch, availableParallelism, cpus, totalmem, type } from 'node:os'
import type { Machine } from './report/report.js'
import type { Ground } from './targets/ground.js'

export function machineFacts({ versions }: Ground): Machine {
  return {
    cores: availableParallelism(),
    processor: cpus()[0]?.model.trim() || 'unknown',
    memoryGigabytes: Math.round(totalmem() / 1024 ** 3),
    system: `${type()} ${arch()}`,
    node: process.versions.node,
    ...versions,
  }
}
