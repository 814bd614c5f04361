/** The list against the pages that describe it. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { REQUESTS, ROUTES } from './index.js'

const page = (name: string) => readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8')

test('docs/protocol.md lists every request with the capability it needs', () => {
  const rows = [...page('protocol.md').matchAll(/^\| `([a-z]+:[a-z]+)` *\|([^|]*)\|[^|]*\|[^|]*\|$/gm)]
  const listed = new Map(rows.map(([, name, needs]) => [name, needs!.replaceAll('`', '').trim()]))
  expect([...listed.keys()]).toEqual(Object.keys(REQUESTS))
  for (const [name, operation] of Object.entries(REQUESTS)) {
    const needs = 'needs' in operation ? operation.needs : undefined
    if (needs !== undefined) expect(listed.get(name), name).toBe([needs].flat().join(' or '))
  }
})

test('each request has its own name', () => {
  for (const [name, operation] of Object.entries(REQUESTS)) expect(operation.name).toBe(name)
})

test('docs/server-api.md has a section for each route', () => {
  const sections = [...page('server-api.md').matchAll(/^## `([A-Z]+) \/v1(\S+)`$/gm)]
  const routes = ROUTES.map(({ http }) => [http.method, http.path].join(' '))
  expect(sections.map(([, method, path]) => `${method} ${path}`).toSorted()).toEqual(routes.toSorted())
})
