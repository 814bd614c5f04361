/** What the documentation repeats, read from the sources: run where they can be run, read as text where not. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { build } from 'esbuild'

/** The exports of a TypeScript module; `more` names further constants of it. */
async function run(path, more = []) {
  const contents = `${readFileSync(path, 'utf8')}\n${more.length > 0 ? `export { ${more.join(', ')} }` : ''}`
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: dirname(path), sourcefile: path, loader: 'ts' },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'error',
  })
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`)
}

export async function errorCodes() {
  const { isRetryable } = await run('sdk/src/protocol/errors.ts')
  const { ERROR_STATUSES } = await run('sdk/src/protocol/error-statuses.ts')
  const { ERROR_MEANINGS } = await run('sdk/src/protocol/error-meanings.ts')
  const rows = Object.entries(ERROR_STATUSES)
  return Object.fromEntries(
    rows.map(([code, status]) => [
      code,
      { retryable: isRetryable(code), status, meaning: ERROR_MEANINGS[code] },
    ]),
  )
}
export const limits = async () => (await run('sdk/src/protocol/limits.ts')).LIMITS

/** What one address may use where MAX_CONNECTIONS and `connectionsPerAddress` are not set. */
export async function addressBudgets() {
  const { NODE_BUDGETS, GUEST_BUDGETS, rateOf, sharesOf } = await run('server/src/limits/address-budgets.ts')
  const maxConnections = (await environment()).find(({ name }) => name === 'MAX_CONNECTIONS').value
  const { connectionsPerAddress } = await limits()
  const figures = (budget, expected) => {
    if (budget.kind === 'rate') return { limit: rateOf(budget, expected) }
    const { total, perAddress } = sharesOf(budget, expected)
    return { limit: perAddress, total }
  }
  const rows = (budgets, expected) =>
    Object.values(budgets).map((budget) => ({
      ...{ counts: budget.counts, beyond: budget.beyond, reason: budget.reason },
      ...figures(budget, expected),
    }))
  return [...rows(NODE_BUDGETS, maxConnections), ...rows(GUEST_BUDGETS, connectionsPerAddress)]
}

/** What the last published run of the benchmarks says: tables by name, plots by file name, a line about the machine. */
export async function benchmarks() {
  const { documentationOf } = await run('bench/src/report/documentation.ts')
  return documentationOf(JSON.parse(readFileSync('docs/benchmarks.json', 'utf8')))
}

/** Name and default of every variable the server reads. */
export async function environment() {
  const { Environment } = await run('server/src/config.ts', ['Environment'])
  const defaults = Environment.parse({})
  return Object.keys(Environment.shape).map((name) => ({ name, value: defaults[name] }))
}

/** A constant's value, from its initialiser: numbers, arithmetic, plain objects. */
export function constant(path, name) {
  const [, initialiser] =
    new RegExp(`^(?:export )?const ${name} = (.+?)(?: as const)?;?$`, 'm').exec(readFileSync(path, 'utf8')) ??
    []
  if (initialiser === undefined)
    throw new Error(`${path} has no constant ${name} any more; see scripts/lib/docs`)
  return Function(`return (${initialiser})`)()
}

export function metrics() {
  const source = readFileSync('server/src/metrics.ts', 'utf8')
  return [...source.matchAll(/new (\w+)\(\{\s*name: '([^']+)',\s*help: '([^']+)'/g)].map(
    ([, kind, name, help]) => ({
      kind: kind.toLowerCase(),
      name,
      help,
    }),
  )
}

/** The element as its own comments describe it. */
export function element() {
  const source = readFileSync('widget/src/chat-room.ts', 'utf8')
  const styles = readdirSync('widget/src/styles').map((name) =>
    readFileSync(`widget/src/styles/${name}`, 'utf8'),
  )
  const listed = readFileSync('widget/src/room-properties.ts', 'utf8')
  // The launcher's own are described with it.
  const views = [
    'chat-room.ts',
    'people-panel.ts',
    ...readdirSync('widget/src/views', { recursive: true })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `views/${name}`),
  ]
    .filter((name) => !name.endsWith('.test.ts'))
    .map((name) => readFileSync(`widget/src/${name}`, 'utf8'))
  const tagged = (tag) =>
    [...source.matchAll(new RegExp(`^ \\* @${tag} (\\S+) - (.+)$`, 'gm'))].map(([, name, meaning]) => ({
      name,
      meaning,
    }))
  const found = (texts, pattern) =>
    [...new Set(texts.flatMap((text) => [...text.matchAll(pattern)].map(([, it]) => it)))].sort()
  return {
    properties: [...listed.matchAll(/^ {2}(\w+): \{(.*)\},$/gm)].map(([, name, options]) => ({
      name,
      isAttribute: !options.includes('attribute: false'),
      meaning: new RegExp(`/\\*\\* (.+?) \\*/\\s+declare ${name}:`).exec(source)?.[1] ?? '',
    })),
    events: tagged('fires'),
    slots: tagged('slot'),
    knobs: tagged('cssprop'),
    parts: [
      ...new Set([
        ...found(views, /\bpart="([^"]+)"/g)
          // `message ${own ? 'message-own' : 'message-other'}`: all that it may be.
          .flatMap((names) => names.replace(/\$\{\w+ \?/, ' ').match(/[a-z]+(?:-[a-z]+)*/g) ?? []),
        // Days and dividers are of one template, which takes the part as its kind.
        ...found(views, /\bmark\('([a-z]+)'/g),
      ]),
    ].sort(),
    variables: found(styles, /var\((--alcove-[a-z-]+)/g),
  }
}

/** The languages that are built in. */
export const locales = () =>
  readdirSync('widget/src/locales')
    .map((name) => name.replace(/\.ts$/, ''))
    .filter((name) => /^[a-z]{2}(-[a-z]+)?$/i.test(name))

export const englishWords = async () => (await run('widget/src/locales/en.ts')).en

/** Every TypeScript file below the packages' sources and tests. */
export function sourceFiles() {
  return [
    'sdk/src',
    'sdk/test',
    'server/src',
    'server/test',
    'widget/src',
    'widget/test',
    'rehearse/src',
    'rehearse/test',
    'bench/src',
    'bench/test',
  ].flatMap((folder) => {
    try {
      return readdirSync(folder, { recursive: true })
        .filter((name) => name.endsWith('.ts'))
        .map((name) => `${folder}/${name}`)
    } catch {
      return []
    }
  })
}
