/** Visits every node of a syntax tree, the outer before the inner. */
export function walk(node, visit) {
  if (typeof node?.type !== 'string') return
  visit(node)
  for (const value of Object.values(node)) {
    if (Array.isArray(value)) for (const child of value) walk(child, visit)
    else if (value && typeof value === 'object') walk(value, visit)
  }
}
