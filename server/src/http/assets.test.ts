import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { assetRoutes } from './assets.js'

const SOURCE = `export const text = '${'alcove '.repeat(100)}'`
const BUNDLE = '/widget/1.2.3-abc/alcove.js'
let http: FastifyInstance
let directory: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'alcove-assets-'))
  mkdirSync(join(directory, 'widget/1.2.3-abc'), { recursive: true })
  writeFileSync(join(directory, '.hidden.js'), 'secret')
  writeFileSync(join(directory, 'widget/manifest.json'), '{}')
  for (const path of ['/embed.js', BUNDLE]) {
    writeFileSync(join(directory, path), SOURCE)
    writeFileSync(join(directory, `${path}.br`), brotliCompressSync(SOURCE))
    writeFileSync(join(directory, `${path}.gz`), gzipSync(SOURCE))
  }
  http = Fastify()
  assetRoutes(http, directory)
  // Nothing is read from there again.
  rmSync(directory, { recursive: true })
})
afterAll(() => http.close())

const get = (url: string, headers: Record<string, string> = {}, method: 'GET' | 'HEAD' = 'GET') =>
  http.inject({ url, headers, method })

describe('assets come from memory', () => {
  test('a versioned one is immutable and may be loaded by foreign pages', async () => {
    const answer = await get(BUNDLE)
    expect(answer.statusCode).toBe(200)
    expect(answer.body).toBe(SOURCE)
    expect(answer.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'content-length': String(SOURCE.length),
      'cache-control': 'public, max-age=31536000, immutable',
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
      vary: 'accept-encoding',
    })
    expect(answer.headers['content-encoding']).toBeUndefined()
  })

  test('the loader and the manifest are asked for again soon', async () => {
    for (const url of ['/embed.js', '/widget/manifest.json'])
      expect((await get(url)).headers['cache-control']).toBe('public, max-age=300')
  })

  test.each([
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip', 'gzip'],
    ['br;q=0.5, gzip;q=0.9', 'gzip'],
    ['br;q=0, gzip;q=0', undefined],
    ['identity', undefined],
    ['deflate', undefined],
  ])('with Accept-Encoding %s it is sent as %s', async (accepted, encoding) => {
    const answer = await get(BUNDLE, { 'accept-encoding': accepted })
    expect(answer.headers['content-encoding']).toBe(encoding)
    const read = { br: brotliDecompressSync, gzip: gunzipSync, none: (bytes: Buffer) => bytes }
    expect(read[(encoding ?? 'none') as keyof typeof read](answer.rawPayload).toString()).toBe(SOURCE)
  })

  test('what a browser has already is not sent again, in the encoding it has it', async () => {
    const etagOf = async (accepted: string) =>
      (await get(BUNDLE, { 'accept-encoding': accepted })).headers.etag as string
    const [br, gzip] = [await etagOf('br'), await etagOf('gzip')]
    expect(br).not.toBe(gzip)
    for (const known of [br, `W/${br}`, `"other", ${br}`, '*']) {
      const answer = await get(BUNDLE, { 'accept-encoding': 'br', 'if-none-match': known })
      expect([answer.statusCode, answer.body]).toEqual([304, ''])
      expect(answer.headers).toMatchObject({
        etag: br,
        'cache-control': expect.stringContaining('immutable') as string,
      })
    }
    const other = await get(BUNDLE, { 'accept-encoding': 'gzip', 'if-none-match': br })
    expect(other.statusCode).toBe(200)
  })

  test('HEAD says the same without the body', async () => {
    const answer = await get(BUNDLE, { 'accept-encoding': 'gzip' }, 'HEAD')
    expect([answer.statusCode, answer.body]).toEqual([200, ''])
    expect(answer.headers['content-length']).toBe(String(gzipSync(SOURCE).length))
  })

  test.each([
    '/widget/1.2.3-abc/alcove.js.br',
    '/.hidden.js',
    '/widget/',
    '/widget/..%2fembed.js',
    '/constructor',
  ])('nothing else is there: %s', async (url) => {
    expect((await get(url)).statusCode).toBe(404)
  })
})
