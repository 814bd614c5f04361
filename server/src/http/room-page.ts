/** `GET /r/:app/:room`: the room as a separate page, for links and iframes. The page is the same for everyone. */
import type { FastifyInstance } from 'fastify'
import { ROOM_ID_PATTERN } from '@alcove/sdk/protocol'
import type { AppDirectory } from '../apps/app-directory.js'
import { APP_ID_PATTERN } from '../apps/app-settings.js'
import { wireError } from '../errors/refusal.js'
import { clientAddress } from '../limits/client-address.js'
import { sendProblem } from './problem.js'

const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; connect-src 'self' ws: wss:; style-src 'self'; img-src https: http: data:; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'"

const STYLES = `html,body{margin:0;height:100%}chat-room{display:block;height:100vh;height:100dvh;--alcove-radius:0px}`

export function roomPageRoutes(
  http: FastifyInstance,
  parts: { apps: Pick<AppDirectory, 'find'>; trustProxy: number },
): void {
  http.get('/r/page.css', (_request, reply) =>
    reply.type('text/css; charset=utf-8').header('cache-control', 'public, max-age=300').send(STYLES),
  )

  // The room id may contain slashes.
  http.get<{ Params: { app: string; '*': string } }>('/r/:app/*', async (request, reply) => {
    const { app, '*': room } = request.params
    if (!APP_ID_PATTERN.test(app) || !ROOM_ID_PATTERN.test(room)) {
      return sendProblem(
        reply,
        wireError('room_not_found', 'unable to show room; app or room is not a valid id'),
      )
    }
    const address = clientAddress(request.headers, request.socket.remoteAddress, parts.trustProxy)
    // Only origins that may embed the room may frame the page; otherwise it would bypass the list of origins.
    const allowed = (await parts.apps.find(app, address))?.settings.origins ?? []
    // A policy cannot name IPv6 hosts; browsers would only log an error about them.
    const origins = allowed.filter((origin) => !origin.includes('['))
    // Both ids matched patterns without characters that are special in HTML.
    return (
      reply
        .type('text/html; charset=utf-8')
        .header(
          'content-security-policy',
          `${CONTENT_SECURITY_POLICY}; frame-ancestors 'self' ${origins.join(' ')}`,
        )
        // Its own server may see the referrer: over plain http nothing else identifies the page
        // (apps/request-origin.ts).
        .header('referrer-policy', 'same-origin')
        .header('cache-control', 'no-store').send(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${room}</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/r/page.css"></head>
<body><script async src="/embed.js" data-app="${app}" data-room="${room}"></script></body></html>`)
    )
  })
}
