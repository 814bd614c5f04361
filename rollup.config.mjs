/**
 * Bundles what runs in browsers. The server is never bundled: `tsc` compiles it.
 *
 *   sdk/dist/                      ES modules for npm, dependencies external, and one minified file for pages without a bundler
 *   widget/dist/                   ES modules for npm, Lit and the SDK external
 *   widget/dist/embed/             what the server serves for the script tag: the loader, and everything in one hashed file
 *
 * `rollup -c --configPart sdk` builds one package only.
 */
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import commonjs from '@rollup/plugin-commonjs'
import { nodeResolve } from '@rollup/plugin-node-resolve'
import terser from '@rollup/plugin-terser'
import esbuild, { minify as esbuildMinify } from 'rollup-plugin-esbuild'
import { minifyTemplates } from './scripts/lib/minify-templates.mjs'

const readPackage = (folder) => JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'))

/** Every public entry of a package, from its `exports`: `{ 'protocol/index': 'sdk/src/protocol/index.ts' }`. */
function entriesOf(folder) {
  const entries = Object.values(readPackage(folder).exports).filter((entry) => entry['alcove:source'])
  return Object.fromEntries(
    entries.map((entry) => [
      entry.default.replace(/^\.\/dist\/|\.js$/g, ''),
      `${folder}/${entry['alcove:source'].slice(2)}`,
    ]),
  )
}

const isDependency = (id) => /^[\w@]/.test(id) && !/^[a-z]:/i.test(id)

const typescript = (folder) => esbuild({ tsconfig: `${folder}/tsconfig.build.json`, target: 'es2022' })

/**
 * What of Socket.IO's client a browser needs for text over WebSocket and polling. The package's own `browser` field
 * swaps the `.node.js` modules, but the resolver does not apply it through pnpm's links; binary packets and
 * WebTransport are never spoken here.
 */
const NEVER_SPOKEN = {
  './binary.js': 'export const deconstructPacket = undefined, reconstructPacket = undefined',
  './is-binary.js': 'export const isBinary = () => false, hasBinary = isBinary',
  './webtransport.js': 'export const WT = undefined',
}
const leanSocket = {
  name: 'lean-socket',
  resolveId(source, importer) {
    if (!/(engine|socket)\.io-(client|parser)/.test(importer ?? '')) return null
    if (source in NEVER_SPOKEN) return `\0lean:${source}`
    if (!source.endsWith('.node.js')) return null
    return this.resolve(source.replace(/\.node\.js$/, '.js'), importer, { skipSelf: true })
  },
  load: (id) => (id.startsWith('\0lean:') ? NEVER_SPOKEN[id.slice('\0lean:'.length)] : null),
}

const bundled = (folder) => [
  leanSocket,
  nodeResolve({ browser: true, preferBuiltins: false }),
  commonjs(),
  typescript(folder),
  minifyTemplates(),
]

/**
 * esbuild first, for the names of `#private` members; then terser, which also shortens `_internal` properties: the
 * bundle is closed, nobody outside uses them.
 */
const minified = [
  esbuildMinify({ target: 'es2022' }),
  terser({
    module: true,
    ecma: 2020,
    compress: { passes: 3, pure_getters: true, unsafe_arrows: true, unsafe_methods: true },
    mangle: { properties: { regex: /^_/ } },
    format: { comments: false },
  }),
]

const modules = (folder) => ({
  input: entriesOf(folder),
  external: isDependency,
  plugins: [nodeResolve(), typescript(folder)],
  output: {
    dir: `${folder}/dist`,
    format: 'es',
    sourcemap: true,
    entryFileNames: '[name].js',
    chunkFileNames: 'shared/[name].js',
  },
})

const sdkInOneFile = {
  input: 'sdk/src/index.ts',
  plugins: bundled('sdk'),
  output: {
    file: 'sdk/dist/alcove-sdk.min.js',
    format: 'es',
    sourcemap: true,
    inlineDynamicImports: true,
    plugins: minified,
  },
}

const EMBED = 'widget/dist/embed'
const version = readPackage('widget').version

/** What the loader must know of the bundle it loads; filled when the bundle is written, before the loader is built. */
const manifest = { version, files: {} }

/** Sizes of a built file, and its compressed copies beside it: the server has no reason to compress at each request. */
function compress(path) {
  const code = readFileSync(`${EMBED}/${path}`)
  const gzipped = gzipSync(code, { level: 9 })
  writeFileSync(`${EMBED}/${path}.gz`, gzipped)
  writeFileSync(`${EMBED}/${path}.br`, brotliCompressSync(code))
  return { bytes: code.length, gzipBytes: gzipped.length, code }
}

const recordBundle = {
  name: 'record-bundle',
  writeBundle(_options, output) {
    const [path] = Object.keys(output).filter((name) => name.endsWith('.js'))
    const { code, ...sizes } = compress(path)
    const integrity = `sha384-${createHash('sha384').update(code).digest('base64')}`
    manifest.files['alcove.js'] = { path: `/${path}`, integrity, ...sizes }
  },
}

const recordLoader = {
  name: 'record-loader',
  writeBundle() {
    const { code: _code, ...sizes } = compress('embed.js')
    manifest.embed = { path: '/embed.js', ...sizes }
    writeFileSync(`${EMBED}/widget/manifest.json`, `${JSON.stringify(manifest, null, 2)}\n`)
  },
}

const bundleAddress = {
  name: 'bundle-address',
  transform(code) {
    const { path, integrity } = manifest.files['alcove.js']
    const replaced = code
      .replaceAll('__ALCOVE_BUNDLE_PATH__', JSON.stringify(path))
      .replaceAll('__ALCOVE_BUNDLE_INTEGRITY__', JSON.stringify(integrity))
    return { code: replaced, map: null }
  },
}

/** `preserveEntrySignatures: false`: a page loads this for what it does, nobody imports from it. */
const widgetInOneFile = {
  input: 'widget/src/bundle.ts',
  plugins: bundled('widget'),
  preserveEntrySignatures: false,
  output: {
    dir: EMBED,
    format: 'es',
    sourcemap: true,
    inlineDynamicImports: true,
    hashCharacters: 'hex',
    entryFileNames: `widget/${version}-[hash:8]/alcove.js`,
    plugins: [...minified, recordBundle],
  },
}

const loader = {
  input: 'widget/src/embed.ts',
  plugins: [nodeResolve({ browser: true }), typescript('widget'), bundleAddress],
  output: {
    file: `${EMBED}/embed.js`,
    format: 'iife',
    sourcemap: false,
    plugins: [terser({ ecma: 2020, compress: { passes: 3 }, format: { comments: false } }), recordLoader],
  },
}

const parts = {
  sdk: [modules('sdk'), sdkInOneFile],
  widget: [modules('widget'), widgetInOneFile, loader],
}

export default ({ configPart }) => (configPart ? parts[configPart] : [...parts.sdk, ...parts.widget])
