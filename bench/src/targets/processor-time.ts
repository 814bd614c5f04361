/** How long processes ran on a processor, from Linux' own books (proc(5)). */
import { readFileSync, readdirSync } from 'node:fs'
import type { Pids } from './target.js'

/** Seconds. Everything but the nodes stands under `others`: Redis and PostgreSQL. */
export interface ProcessorTime {
  nodes: number
  others: number
}

/** USER_HZ, which is 100 on every Linux. */
const TICKS_PER_SECOND = 100

export function processorTime({ nodes, redis, postgres }: Pids): ProcessorTime {
  const others = [
    ...(redis === undefined ? [] : [redis]),
    ...(postgres === undefined ? [] : [postgres, ...childrenOf(postgres)]),
  ]
  const sum = (pids: readonly number[]) => pids.reduce((total, pid) => total + secondsOf(pid), 0)
  return { nodes: sum(nodes), others: sum(others) }
}

export function processorTimeSince(pids: Pids, before: ProcessorTime): ProcessorTime {
  const now = processorTime(pids)
  return { nodes: now.nodes - before.nodes, others: Math.max(0, now.others - before.others) }
}

function secondsOf(pid: number): number {
  const [, , , , , , , , , , , user = 0, system = 0] = statOf(pid) ?? []
  return (Number(user) + Number(system)) / TICKS_PER_SECOND
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => Number(statOf(pid)?.[1]) === parent)
}

/** The fields after the program's name, which may hold anything; the first is the state, the second the parent. */
function statOf(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}

/** @returns resident memory in bytes */
export function residentBytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kilobytes) * 1024
}
