/**
 * Bundles what runs in browsers. The server is never bundled: `tsc` compiles it.
 *
 *   sdk/dist/                      ES modules for npm, dependencies external, and one minified file for pages without a bundler
 *   widget/dist/                   ES modules for npm, Lit and the SDK external
 *   widget/dist/embed/             what the server serves for the script tag: the loader, the first view in one hashed
 *                                  file, and what is fetched on first use in files beside it
 *
 * `rollup -c --configPart sdk` builds one package only.
 */
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { nodeResolve } from '@rollup/plugin-node-resolve'
import terser from '@rollup/plugin-terser'
import esbuild, { minify as esbuildMinify } from 'rollup-plugin-esbuild'
import { minifyStyles } from './scripts/lib/minify-styles.mjs'
import { retryImports } from './scripts/lib/retry-imports.mjs'

const readPackage = (folder) => JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'))

/**
 * Every entry of a package, from its `exports` and from the conditions of its `imports`:
 * `{ 'protocol/index': 'sdk/src/protocol/index.ts' }`.
 */
function entriesOf(folder) {
  const { exports, imports = {} } = readPackage(folder)
  const entries = [exports, ...Object.values(imports)]
    .flatMap(Object.values)
    .filter((entry) => entry['alcove:source'])
  return Object.fromEntries(
    entries.map((entry) => [
      entry.default.replace(/^\.\/dist\/|\.js$/g, ''),
      `${folder}/${entry['alcove:source'].slice(2)}`,
    ]),
  )
}

/** Other packages, and what a bundler finds by its own conditions (`imports` of the package). */
const isDependency = (id) => /^[\w@#]/.test(id) && !/^[a-z]:/i.test(id)

const typescript = (folder) => esbuild({ tsconfig: `${folder}/tsconfig.build.json`, target: 'es2022' })

/** From the sources, not the built packages: what is in a file of its own can go into another file of the bundle. */
const bundled = (folder) => [
  nodeResolve({ browser: true, preferBuiltins: false, exportConditions: ['alcove:source'] }),
  typescript(folder),
  minifyStyles,
]

/** esbuild first, which folds what terser does not, and shortens `#private` names. */
const minified = () => [
  esbuildMinify({ target: 'es2022' }),
  terser({
    module: true,
    ecma: 2020,
    compress: {
      passes: 4,
      keep_fargs: false,
      pure_getters: true,
      unsafe_arrows: true,
      unsafe_methods: true,
      lhs_constants: false,
    },
    format: { comments: false },
  }),
]

const modules = (folder) => ({
  input: entriesOf(folder),
  external: isDependency,
  plugins: [nodeResolve(), typescript(folder), minifyStyles],
  output: {
    dir: `${folder}/dist`,
    format: 'es',
    sourcemap: true,
    entryFileNames: '[name].js',
    chunkFileNames: 'shared/[name].js',
    // A bare import of a file without side effects makes bundlers warn.
    hoistTransitiveImports: false,
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
    plugins: minified(),
  },
}

const EMBED = 'widget/dist/embed'
const version = readPackage('widget').version

/** What the loader needs to know about its bundle; filled in when the bundle is written, before the loader is built. */
const manifest = { version, files: {} }

/**
 * Measures a built file and writes its compressed copies next to it, so that the server need not compress at each
 * request.
 */
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
    for (const { type, fileName, name, imports } of Object.values(output)) {
      if (type !== 'chunk') continue
      const { code, ...sizes } = compress(fileName)
      const integrity = `sha384-${createHash('sha384').update(code).digest('base64')}`
      manifest.files[`${name}.js`] = {
        path: `/${fileName}`,
        integrity,
        ...sizes,
        imports: imports.map((path) => `${output[path].name}.js`),
      }
    }
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

/**
 * Each file is in a folder named after its hash, which also covers the files it imports: any change in the bundle gives
 * the loader a new address, and every address stays valid for a year. Imports between them are relative.
 * `preserveEntrySignatures: false`: a page loads this for what it does, nobody imports from it but its own chunks.
 */
const widgetBundle = {
  input: { alcove: 'widget/src/bundle.ts' },
  plugins: [...bundled('widget'), retryImports],
  preserveEntrySignatures: false,
  output: {
    dir: EMBED,
    format: 'es',
    sourcemap: true,
    hashCharacters: 'hex',
    entryFileNames: `widget/${version}-[hash:8]/[name].js`,
    chunkFileNames: `widget/${version}-[hash:8]/[name].js`,
    plugins: [...minified(), recordBundle],
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
  widget: [modules('widget'), widgetBundle, loader],
}

export default ({ configPart }) => (configPart ? parts[configPart] : [...parts.sdk, ...parts.widget])
