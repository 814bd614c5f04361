/** What the methods of the server API mean, for requests and for their description. */
import type { HttpRoute } from '../../operations/operation.js'

/** Where the fields are that are not in the path. */
export function fieldsOf(method: HttpRoute['method']): 'query' | 'body' {
  return method === 'GET' || method === 'DELETE' ? 'query' : 'body'
}

export function statusOf(method: HttpRoute['method']): 200 | 201 {
  return method === 'POST' ? 201 : 200
}
