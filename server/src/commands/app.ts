/** `alcove app create|list|show|update`: the apps of this server and their settings. */
import { randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'
import { LIMITS, type Capability, type Limits } from '@alcove/sdk/protocol'
import { APP_LIMITS, AppSettingsSchema, type AppSettings } from '../apps/app-settings.js'
import { canonicalOriginRule, originRuleAdvice, parseOriginRule } from '../apps/origin.js'
import { Capabilities } from '../identity/signed-token.js'
import type { AppRepository, AppRow } from '../storage/app-repository.js'
import { requireAppId } from './app-id.js'
import type { KeptApps, OpenApps } from './open-apps.js'
import { unknownWord, Usage } from './usage.js'

const ACTIONS = ['create', 'list', 'show', 'update']

const OPTIONS = {
  'add-origin': { type: 'string', multiple: true },
  'remove-origin': { type: 'string', multiple: true },
  'native-clients': { type: 'string' },
  guests: { type: 'string' },
  'rooms-on-the-fly': { type: 'string' },
  capabilities: { type: 'string' },
  limit: { type: 'string', multiple: true },
} as const

const OPTION_NAMES = Object.keys(OPTIONS).map((it) => `--${it}`)

type Values = ReturnType<typeof parseOptions>['values']

function parseOptions(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true })
  } catch (error) {
    const unknown = args.find((it) => it.startsWith('--') && !Object.hasOwn(OPTIONS, nameOf(it)))
    if (unknown) throw unknownWord(`--${nameOf(unknown)}`, 'option of app', OPTION_NAMES)
    throw new Usage(error instanceof Error ? error.message : String(error))
  }
}

const nameOf = (option: string): string => option.slice(2).split('=', 1)[0]!

export async function appCommand(args: string[], open: OpenApps): Promise<string> {
  const { positionals, values } = parseOptions(args)
  const [action, id, ...extra] = positionals
  if (extra.length > 0) throw new Usage(`unexpected argument: ${extra[0]}`)
  if (action === undefined) throw new Usage(`app needs one of: ${ACTIONS.join(', ')}`)
  if (action === 'list') return list(await open())
  if (!ACTIONS.includes(action))
    throw unknownWord(
      `app ${action}`,
      'command of alcove',
      ACTIONS.map((it) => `app ${it}`),
    )
  const app = requireAppId(action, id)
  if (action === 'show') return show(await open(), app)
  if (action === 'create') return create(await open({ mayMake: true }), app, values)
  if (Object.keys(values).length === 0)
    throw new Usage(`nothing was changed; app update takes ${OPTION_NAMES.join(', ')}. See: alcove help`)
  return update(await open(), app, values)
}

async function list(apps: AppRepository): Promise<string> {
  const rows = await apps.list()
  if (rows.length === 0)
    return 'no apps yet; create one with: alcove app create <id> --add-origin https://your.site'
  return rows.map(withSettings).join('\n')
}

async function show(apps: AppRepository, id: string): Promise<string> {
  return withSettings(await existing(apps, id))
}

const withSettings = ({ id, settings }: AppRow): string =>
  `${id}\n${indent(JSON.stringify(AppSettingsSchema.parse(settings), null, 2))}`

async function existing(apps: AppRepository, id: string): Promise<AppRow> {
  const row = await apps.find(id)
  if (!row) throw new Usage(`no app ${id}; see: alcove app list`)
  return row
}

async function create(apps: KeptApps, id: string, values: Values): Promise<string> {
  const settings = changed(AppSettingsSchema.parse({}), values)
  const secret = randomBytes(32).toString('base64url')
  if (!(await apps.create({ id, secret, settings })))
    throw new Usage(`app ${id} exists already; change it with: alcove app update ${id}`)
  const where = apps.place === undefined ? '' : ` in ${apps.place}`
  return `created app ${id}${where}\nsecret, shown once, signs your users' tokens: ${secret}`
}

async function update(apps: AppRepository, id: string, values: Values): Promise<string> {
  const row = await existing(apps, id)
  await apps.updateSettings(id, changed(AppSettingsSchema.parse(row.settings), values))
  return `updated app ${id}; running nodes follow within 5 seconds`
}

function changed(settings: AppSettings, values: Values): AppSettings {
  const origins = new Set([...settings.origins, ...(values['add-origin'] ?? []).map(originToAdd)])
  for (const origin of values['remove-origin'] ?? []) {
    if (!origins.delete(origin) && !origins.delete(canonicalOriginRule(origin)))
      throw new Usage(
        `--remove-origin should be one of the app's origins: ${[...origins].join(' ') || 'it has none'}`,
      )
  }
  const result = AppSettingsSchema.safeParse({
    ...settings,
    origins: [...origins],
    nativeClients: yesNo('native-clients', values) ?? settings.nativeClients,
    guests: yesNo('guests', values) ?? settings.guests,
    roomsOnTheFly: yesNo('rooms-on-the-fly', values) ?? settings.roomsOnTheFly,
    capabilities: capabilities(values) ?? settings.capabilities,
    limits: { ...settings.limits, ...Object.fromEntries((values.limit ?? []).map(parseLimit)) },
  })
  if (result.success) return result.data
  throw new Usage(
    result.error.issues.map((issue) => `${issue.path.join('.')} should be ${issue.message}`).join('\n'),
  )
}

function originToAdd(entry: string): string {
  if (!parseOriginRule(entry)) throw new Usage(`--add-origin should be ${originRuleAdvice(entry)}`)
  return canonicalOriginRule(entry)
}

function yesNo(name: 'native-clients' | 'guests' | 'rooms-on-the-fly', values: Values): boolean | undefined {
  const value = values[name]
  if (value === undefined) return undefined
  if (value !== 'yes' && value !== 'no')
    throw new Usage(`--${name} should be yes or no, not ${JSON.stringify(value)}`)
  return value === 'yes'
}

function capabilities({ capabilities }: Values): Capability[] | undefined {
  if (capabilities === undefined) return undefined
  const parsed = Capabilities.safeParse([...new Set(capabilities.split(',').map((it) => it.trim()))])
  if (parsed.success) return parsed.data
  throw new Usage(
    `--capabilities ${capabilities}: should be a list such as read,write,react; there are ${Capabilities.element.options.join(', ')}`,
  )
}

function parseLimit(text: string): [name: string, value: number] {
  const [name = '', value = '', ...more] = text.split('=')
  if (!(APP_LIMITS as readonly string[]).includes(name)) {
    throw new Usage(`--limit ${text}: no limit has this name; use one of ${APP_LIMITS.join(', ')}`)
  }
  if (more.length > 0 || !/^-?\d+(?:\.\d+)?$/.test(value)) {
    throw new Usage(
      `--limit ${text}: should be a name and a number, as in --limit ${name}=${LIMITS[name as keyof Limits]}`,
    )
  }
  return [name, Number(value)]
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '  ')
}
