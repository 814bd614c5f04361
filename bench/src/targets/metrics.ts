/** What the nodes of a target count of themselves. */
import { parseMetrics } from '@alcove/rehearse/processes/metric-values'
import type { Target } from './target.js'

/** @returns what a metric says over all nodes; undefined for a bare server, which counts nothing */
export async function metricsOf(target: Target): Promise<((name: string) => number) | undefined> {
  if (target.kind === 'bare') return undefined
  const nodes = await Promise.all(
    target.ports.map(async (port) => {
      const response = await fetch(`http://127.0.0.1:${port}/metrics`)
      return parseMetrics(await response.text())
    }),
  )
  return (name) => nodes.reduce((sum, node) => sum + node.sum(name), 0)
}
