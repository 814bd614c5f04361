/**
 * Loaded into a measured node before its own code (`--import`, with `--expose-gc`): on SIGUSR2 it collects garbage and
 * writes what is left to the file `BENCH_MEMORY_FILE`.
 */
import { renameSync, writeFileSync } from 'node:fs'

process.on('SIGUSR2', () => {
  const file = process.env.BENCH_MEMORY_FILE
  const { gc } = globalThis as { gc?: () => void }
  if (file === undefined || gc === undefined) return
  gc()
  gc()
  writeFileSync(`${file}.part`, JSON.stringify(process.memoryUsage()))
  renameSync(`${file}.part`, file)
})
