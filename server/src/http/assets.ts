/**
 * `/embed.js` and `/widget/…`: the built widget, read once and served from memory, so that an answer that nobody reads,
 * or one queued behind it, keeps no file open. Versioned files never change; the loader is revalidated often.
 */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Negotiator } from '@fastify/accept-negotiator'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** Copied there by the build. */
export const PUBLIC_DIR = fileURLToPath(new URL('../public', import.meta.url))

const LOADER_CACHE = 'public, max-age=300'
const VERSIONED_CACHE = 'public, max-age=31536000, immutable'

const TYPES: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** The build creates a .br and a .gz for each file. Best first. */
const ENCODINGS = { br: '.br', gzip: '.gz' }
const negotiator = new Negotiator({ supportedValues: Object.keys(ENCODINGS) })

interface Body {
  bytes: Buffer
  etag: string
}

interface Asset {
  type: string
  cache: string
  plain: Body
  encoded: Map<string, Body>
}

export function assetRoutes(http: FastifyInstance, directory = PUBLIC_DIR): void {
  if (!existsSync(join(directory, 'embed.js'))) return
  const files = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => join(entry.parentPath, entry.name))
  const isCompressed = (file: string) => Object.values(ENCODINGS).includes(extname(file))
  for (const file of files.filter((name) => !isCompressed(name))) {
    const asset = readAsset(file, new Set(files))
    const url = file.slice(directory.length).replaceAll(sep, '/')
    // HEAD is included with GET.
    http.get(url, (request, reply) => answer(asset, request, reply))
  }
}

function readAsset(file: string, files: ReadonlySet<string>): Asset {
  const isVersioned = /[\\/]widget[\\/][^\\/]+[\\/]/.test(file)
  const encoded = Object.entries(ENCODINGS)
    .filter(([, extension]) => files.has(file + extension))
    .map(([encoding, extension]) => [encoding, readBody(file + extension)] as const)
  return {
    type: TYPES[extname(file)] ?? 'application/octet-stream',
    cache: isVersioned ? VERSIONED_CACHE : LOADER_CACHE,
    plain: readBody(file),
    encoded: new Map(encoded),
  }
}

function readBody(file: string): Body {
  const bytes = readFileSync(file)
  return { bytes, etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"` }
}

function answer(asset: Asset, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const encoding = negotiator.negotiate(String(request.headers['accept-encoding'] ?? '')) ?? ''
  const encoded = asset.encoded.get(encoding)
  const { bytes, etag } = encoded ?? asset.plain
  void reply
    .header('cache-control', asset.cache)
    // Loaded by foreign pages: module scripts and integrity checks need CORS, COEP pages need CORP.
    .header('access-control-allow-origin', '*')
    .header('cross-origin-resource-policy', 'cross-origin')
    .header('vary', 'accept-encoding')
    .header('etag', etag)
  if (isKnown(request.headers['if-none-match'], etag)) return reply.code(304).send()
  if (encoded) void reply.header('content-encoding', encoding)
  return reply.type(asset.type).send(bytes)
}

/** RFC 9110, 13.1.2: compared weakly, since a proxy that compresses makes them weak. */
function isKnown(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false
  return header.split(',').some((known) => known.trim() === '*' || known.trim().replace(/^W\//, '') === etag)
}
