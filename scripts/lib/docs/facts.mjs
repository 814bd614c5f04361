/** Statements of the documentation that the sources can confirm or refute. */
import { readFileSync } from 'node:fs'
import { page } from './pages.mjs'
import { englishWords, environment, errorCodes, locales, sourceFiles } from './sources.mjs'

const RULE =
  /\b(P[1-9]|(?:TRANSPORT|HANDSHAKE|SESSION|REQUEST|ROOM|LOG|SEND|PRESENCE|TYPING|CLOSE|ERROR)-\d+)\b/g
const LANGUAGES = new Intl.DisplayNames(['en'], { type: 'language' })

export async function checkFacts() {
  return [
    ...(await environmentTable()),
    ...(await troubles()),
    ...rules(),
    ...protocolEvents(),
    ...builtInLanguages(),
  ]
}

/** docs/operating.md lists exactly the variables the server reads, with their defaults. */
async function environmentTable() {
  const [, section = ''] = /^## Environment$([\s\S]*?)^## /m.exec(page('docs/operating.md')) ?? []
  const rows = new Map(
    [...section.matchAll(/^\| `([A-Z_]+)`\s*\| (.+?)\s*\|/gm)].map(([, name, value]) => [
      name,
      value.replaceAll('`', ''),
    ]),
  )
  const variables = await environment()
  const differing = variables
    .filter(({ name, value }) => rows.get(name) !== String(value ?? 'none'))
    .map(
      ({ name, value }) => `docs/operating.md: ${name} should be listed with the default ${value ?? 'none'}`,
    )
  const gone = [...rows.keys()]
    .filter((listed) => !variables.some(({ name }) => name === listed))
    .map((name) => `docs/operating.md: the server does not read ${name}`)
  return [...differing, ...gone]
}

/** docs/troubleshooting.md has every sentence a visitor may see instead of a room, and every code behind one. */
async function troubles() {
  const text = page('docs/troubleshooting.md')
  const words = await englishWords()
  const { errorReasons } = reasons()
  const titles = Object.entries(words).filter(([key]) =>
    /^(unreachable|notFound|full|signIn|setup|busy|error)Title$/.test(key),
  )
  const missing = [
    ...titles.map(([, title]) => title).filter((title) => !text.includes(`"${title}"`)),
    ...errorReasons.filter((code) => !text.includes(`\`${code}\``)),
  ]
  const unknown = [...text.matchAll(/^\| `([a-z_]+)`/gm)]
    .map(([, code]) => code)
    .filter((code, at, all) => all.indexOf(code) === at)
  const codes = Object.keys(await errorCodes())
  return [
    ...missing.map((what) => `docs/troubleshooting.md: should explain ${what}`),
    ...unknown
      .filter((code) => code !== 'missing_setting' && !codes.includes(code))
      .map((code) => `docs/troubleshooting.md: there is no code ${code}`),
  ]
}

/** The codes the widget has a reason for. */
function reasons() {
  const source = readFileSync('widget/src/reasons.ts', 'utf8')
  const [, listed = ''] = /const REASONS[^=]*= \{([\s\S]*?)\n\}/.exec(source) ?? []
  return { errorReasons: [...listed.matchAll(/^ {2}(\w+):/gm)].map(([, code]) => code) }
}

/** Rules are numbered without gaps, and code and tests name only those that exist. */
function rules() {
  const text = page('docs/protocol.md')
  const stated = [...text.matchAll(/^(?:- |\| )\*\*([A-Z]+-?\d+)\*\*/gm)].map(([, id]) => id)
  const last = new Map()
  const problems = []
  for (const id of stated) {
    const [, section, number] = /^([A-Z]+)-?(\d+)$/.exec(id)
    if (Number(number) !== (last.get(section) ?? 0) + 1)
      problems.push(`docs/protocol.md: ${id} is out of order`)
    last.set(section, Number(number))
  }
  for (const path of sourceFiles()) {
    const named = new Set([...readFileSync(path, 'utf8').matchAll(RULE)].map(([id]) => id))
    for (const id of named)
      if (!stated.includes(id)) problems.push(`${path}: docs/protocol.md has no rule ${id}`)
  }
  return problems
}

/** Every request and fact of the protocol has its row. */
function protocolEvents() {
  const text = page('docs/protocol.md')
  const source = readFileSync('sdk/src/protocol/events.ts', 'utf8')
  const names = [...source.matchAll(/^ {2}'([a-z]+:[a-z]+)': \(/gm)].map(([, name]) => name)
  return names
    .filter((name) => !text.includes(`| \`${name}\``))
    .map((name) => `docs/protocol.md: ${name} has no row in a table`)
}

function builtInLanguages() {
  const text = page('docs/embedding.md')
  return locales()
    .map((tag) => LANGUAGES.of(tag))
    .filter((name) => !text.includes(name))
    .map((name) => `docs/embedding.md: ${name} is built in and not named`)
}
