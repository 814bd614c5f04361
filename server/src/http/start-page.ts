/**
 * `GET /`: the first page that people open. Shows that the server runs, its version, the tag to paste, and where to
 * read more.
 */
import { createHash } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { ownOrigin } from '../apps/request-origin.js'
import { VERSION } from '../process/version.js'

const STYLES = `:root{color-scheme:light dark;--line:light-dark(#d9dce3,#363a44);--soft:light-dark(#f4f5f8,#1f222a);--muted:light-dark(#5a6072,#a2a9ba);--accent:light-dark(#0f62d6,#8ab6ff)}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;grid-template-columns:minmax(0,42rem);place-content:center;padding:32px 20px;background:light-dark(#fff,#15171c);color:light-dark(#171a21,#eceef3);font:16px/1.55 system-ui,sans-serif}
h1{font-size:1.75rem;line-height:1.25;letter-spacing:-.01em;margin:0 0 4px}
h2{font-size:1.0625rem;margin:32px 0 8px}
p{margin:0 0 8px}
.version{color:var(--muted)}
.dot{display:inline-block;inline-size:.6em;block-size:.6em;margin-inline-end:.35em;border-radius:50%;background:#1f9d5b}
pre{margin:0 0 8px;padding:14px 16px;white-space:pre-wrap;overflow-wrap:anywhere;border:1px solid var(--line);border-radius:10px;background:var(--soft);font:13.5px/1.5 ui-monospace,monospace;user-select:all}
code{font:.875em ui-monospace,monospace}
a{color:var(--accent)}
ul{margin:0;padding-inline-start:1.2em}`

const STYLE_HASH = createHash('sha256').update(STYLES).digest('base64')
const CONTENT_SECURITY_POLICY = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

export function startPageRoute(
  http: FastifyInstance,
  parts: { demoApp?: string | undefined; trustProxy: number },
): void {
  http.get('/', (request, reply) => {
    const own = ownOrigin({
      headers: request.headers,
      isEncrypted: request.protocol === 'https',
      trustedHops: parts.trustProxy,
    })
    return reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', CONTENT_SECURITY_POLICY)
      .header('cache-control', 'no-store')
      .header('x-robots-tag', 'noindex')
      .send(page(own ?? 'https://chat.example', parts.demoApp))
  })
}

/** @param own an origin as `URL` writes it, without characters that are special in HTML */
function page(own: string, demoApp: string | undefined): string {
  const tag = `&lt;script async src="${own}/embed.js" data-app="${demoApp ?? 'shop'}" data-room="lobby"&gt;&lt;/script&gt;`
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>Alcove is running</title><link rel="icon" href="data:,"><style>${STYLES}</style></head>
<body><main>
<h1><span class="dot"></span>Alcove is running</h1>
<p class="version">Version ${VERSION}</p>
<h2>Put a room on a page</h2>
<pre>${tag}</pre>
<p>The room appears where the tag stands.${demoApp === undefined ? '' : ` The app <code>${demoApp}</code> takes pages of this machine: <a href="/r/${demoApp}/lobby">open its lobby</a>.`}</p>
<h2>Make an app for your site</h2>
<pre>alcove app create shop --add-origin https://shop.example</pre>
<p>Only pages of the origins you add may use it. The command works while the server runs. In a clone it is <code>npm run alcove -- app create …</code>, in the image <code>node dist/cli.js app create …</code>.</p>
<h2>Read on</h2>
<ul>
<li>Settings of the tag: <code>docs/embedding.md</code></li>
<li>Your own interface: <code>docs/sdk.md</code>; your users’ names: <code>docs/tokens.md</code></li>
<li>Running a server: <code>docs/operating.md</code>. Is it well? <a href="/readyz">/readyz</a></li>
</ul>
</main></body></html>
`
}
