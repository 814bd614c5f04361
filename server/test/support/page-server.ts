/** Serves a TypeScript module as a page on a separate origin, together with the SDK as a bundler would build it. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import ts from 'typescript'

export interface PageServer {
  origin: string
  /** @returns the page's address; the module imports `@alcove/sdk` by its name. */
  show(module: string): string
  close(): Promise<void>
}

export async function startPageServer(): Promise<PageServer> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../../../sdk/src/index.ts', import.meta.url))],
    bundle: true,
    platform: 'browser',
    conditions: ['alcove:source'],
    format: 'esm',
    write: false,
  })
  const sdk = outputFiles[0]!.text
  const modules: string[] = []
  const server = createServer(({ url = '/' }, response) => {
    const javascript =
      url === '/sdk.js' ? sdk : url.endsWith('.js') && modules[Number.parseInt(url.slice(1), 10)]
    if (javascript) return void response.setHeader('content-type', 'text/javascript').end(javascript)
    response.setHeader('content-type', 'text/html; charset=utf-8').end(
      `<!doctype html><link rel="icon" href="data:,">
       <script type="importmap">{ "imports": { "@alcove/sdk": "/sdk.js" } }</script>
       <script type="module" src="${Number.parseInt(url.slice(1), 10)}.js"></script>`,
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    origin,
    show(module) {
      const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext }
      return `${origin}/${modules.push(ts.transpile(module, options)) - 1}`
    },
    close: () => new Promise((resolve) => (server.closeAllConnections(), server.close(() => resolve()))),
  }
}
