/**
 * Loaded into a measured node before its own code (`--import`, with `--expose-gc`): on SIGUSR2 it collects garbage and
 * writes what is left to the file `BENCH_MEMORY_FILE`: bytes of the heap in use, and of the young generation's pages, which are
 * empty then. V8 keeps 30 MB of those or gives them back, whatever is connected.
 */
import { renameSync, writeFileSync } from 'node:fs'
import { getHeapSpaceStatistics } from 'node:v8'

export interface Memory {
  heapUsed: number
  young: number
}

process.on('SIGUSR2', () => {
  const file = process.env.BENCH_MEMORY_FILE
  const { gc } = globalThis as { gc?: () => void }
  if (file === undefined || gc === undefined) return
  gc()
  gc()
  const young = getHeapSpaceStatistics().find((space) => space.space_name === 'new_space')
  const memory: Memory = { heapUsed: process.memoryUsage().heapUsed, young: young?.physical_space_size ?? 0 }
  writeFileSync(`${file}.part`, JSON.stringify(memory))
  renameSync(`${file}.part`, file)
})
