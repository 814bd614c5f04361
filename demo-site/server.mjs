/**
 * The demo site: static pages on an origin of their own, as a foreign site would embed Alcove, and the few lines a
 * site's backend needs to sign its users in (`GET /token?user=ada`).
 */
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { signToken } from './token.mjs'

const PAGES = fileURLToPath(new URL('pages', import.meta.url))
const SDK = fileURLToPath(new URL('../sdk/dist/alcove-sdk.min.js', import.meta.url))

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** `__ALCOVE_URL__` and `__ALCOVE_APP__` in these become the values in force. */
const TEMPLATES = new Set(['.html', '.js'])

/**
 * @param {{ port: number, host?: string, alcoveUrl: string, app?: string, keyFile?: string }} options
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function startDemoSite({ port, host = '127.0.0.1', alcoveUrl, app = 'demo', keyFile }) {
  const site = { alcoveUrl, app, keyFile }
  const server = createServer((request, response) => {
    answer(site, request).then(
      ({ status, headers, body }) =>
        response.writeHead(status, { ...headers, 'cache-control': 'no-store' }).end(body),
      (error) => {
        console.error(error)
        response.writeHead(500).end('Something went wrong')
      },
    )
  })
  await new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${server.address().port}`
  return {
    url,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function answer(site, request) {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://site')
  if (!['GET', 'HEAD'].includes(request.method ?? '')) return text(405, 'Only GET')
  if (pathname === '/token') return token(site, searchParams.get('user'))
  if (pathname === '/alcove-sdk.min.js') return file(site, SDK)
  return file(site, pageOf(pathname))
}

async function token({ app, keyFile }, user) {
  const signed = keyFile ? await signToken({ app, keyFile, user }) : undefined
  return signed ? text(200, signed) : text(404, 'No such user')
}

/** `/article` and `/article.html` are one page; `normalize` keeps `..` inside the folder. No page has a `%` in its name. */
function pageOf(pathname) {
  const path = normalize(join('/', pathname))
  if (path === '/') return join(PAGES, 'index.html')
  return join(PAGES, extname(path) ? path : `${path}.html`)
}

async function file({ alcoveUrl, app }, path) {
  const type = TYPES[extname(path)]
  const content = type && (await readFile(path).catch(() => undefined))
  if (!content) return text(404, 'No such page')
  const body =
    TEMPLATES.has(extname(path)) && path !== SDK
      ? content.toString('utf8').replaceAll('__ALCOVE_URL__', alcoveUrl).replaceAll('__ALCOVE_APP__', app)
      : content
  return { status: 200, headers: { 'content-type': type, ...policyOf(path, alcoveUrl) }, body }
}

/** The strictest policy a page can have: nothing but its own style sheet, and the chat as script and connection. */
function policyOf(path, alcoveUrl) {
  if (!path.endsWith('strict-csp.html')) return {}
  const policy = [
    "default-src 'none'",
    `script-src ${alcoveUrl}`,
    `connect-src ${alcoveUrl} ${alcoveUrl.replace(/^http/, 'ws')}`,
    "style-src 'self'",
    "require-trusted-types-for 'script'",
    'trusted-types alcove lit-html',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ]
  return { 'content-security-policy': policy.join('; ') }
}

const text = (status, body) => ({ status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body })

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const site = await startDemoSite({
    port: Number(process.env.DEMO_PORT || 3001),
    host: process.env.HOST || '127.0.0.1',
    alcoveUrl: process.env.ALCOVE_URL || 'http://127.0.0.1:3000',
    keyFile: join(process.env.ALCOVE_DATA_DIR || './data', 'demo-app.json'),
  })
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void site.close())
}
