/** `/embed.js` and `/widget/…`: the built widget. Versioned files never change; the loader is asked for again soon. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'

/** Copied there by the build. */
export const PUBLIC_DIR = fileURLToPath(new URL('../public', import.meta.url))

const LOADER_CACHE = 'public, max-age=300'
const VERSIONED_CACHE = 'public, max-age=31536000, immutable'

export async function assetRoutes(http: FastifyInstance, directory = PUBLIC_DIR): Promise<void> {
  if (!existsSync(join(directory, 'embed.js'))) return
  await http.register(fastifyStatic, {
    root: directory,
    index: false,
    cacheControl: false,
    // The build puts a .br and a .gz beside each file.
    preCompressed: true,
    dotfiles: 'deny',
    setHeaders: (reply, path) => {
      const isVersioned = /[\\/]widget[\\/][^\\/]+[\\/]/.test(path)
      void reply.header('cache-control', isVersioned ? VERSIONED_CACHE : LOADER_CACHE)
      // Loaded by foreign pages: module scripts and integrity checks need CORS, COEP pages need CORP.
      void reply.header('access-control-allow-origin', '*')
      void reply.header('cross-origin-resource-policy', 'cross-origin')
    },
  })
}
