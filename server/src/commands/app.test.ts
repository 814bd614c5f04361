import { describe, expect, test } from 'vitest'
import type { AppRepository, AppRow } from '../storage/app-repository.js'
import { appCommand } from './app.js'
import { Usage } from './usage.js'

function startApps(...rows: AppRow[]) {
  const stored = new Map(rows.map((row) => [row.id, row]))
  let opened = 0
  const repository: AppRepository = {
    find: (id) => Promise.resolve(stored.get(id)),
    findByDigest: () => Promise.resolve(undefined),
    list: () => Promise.resolve([...stored.values()]),
    create: (row) => Promise.resolve(!stored.has(row.id) && !!stored.set(row.id, row)),
    updateSettings: (id, settings) => Promise.resolve(void stored.set(id, { ...stored.get(id)!, settings })),
  }
  const run = (line: string) =>
    appCommand(line.split(' '), () => {
      opened += 1
      return Promise.resolve(repository)
    })
  return { run, repository, stored, opened: () => opened }
}

const demo = { id: 'demo', secret: 'kept', settings: { origins: ['https://a.example'], guests: false } }

describe('create', () => {
  test('prints the secret once and stores what was asked for', async () => {
    const { run, stored } = startApps()
    const said = await run(
      'create shop --add-origin https://shop.example --add-origin https://*.shop.example --guests no --native-clients yes --rooms-on-the-fly no --limit membersPerRoom=5 --limit historyPage=20',
    )
    const { secret, settings } = stored.get('shop')!
    expect(secret.length).toBeGreaterThanOrEqual(43)
    expect(said).toContain(secret)
    expect(settings).toMatchObject({
      origins: ['https://shop.example', 'https://*.shop.example'],
      guests: false,
      nativeClients: true,
      roomsOnTheFly: false,
      limits: { membersPerRoom: 5, historyPage: 20 },
    })
  })

  test('never replaces an app', async () => {
    const { run, stored } = startApps(demo)
    await expect(run('create demo')).rejects.toThrow(/exists already/)
    expect(stored.get('demo')).toBe(demo)
  })
})

describe('update', () => {
  test('changes what was said and nothing else', async () => {
    const { run, stored } = startApps(demo)
    await run('update demo --add-origin https://b.example --limit membersPerRoom=5')
    await run('update demo --remove-origin https://a.example')
    expect(stored.get('demo')).toMatchObject({
      secret: 'kept',
      settings: { origins: ['https://b.example'], guests: false, limits: { membersPerRoom: 5 } },
    })
  })

  test('an origin is stored as browsers write it, and taken back however it is written', async () => {
    const { run, stored } = startApps(demo)
    await run(
      'update demo --add-origin HTTPS://SHOP.EXAMPLE --add-origin https://shop.example:443 --add-origin https://*.Bücher.example --add-origin HTTP://LOCALHOST:*',
    )
    expect(stored.get('demo')?.settings).toMatchObject({
      origins: [
        'https://a.example',
        'https://shop.example',
        'https://*.xn--bcher-kva.example',
        'http://localhost:*',
      ],
    })
    await run('update demo --remove-origin HTTPS://A.example:443 --remove-origin https://*.bücher.example')
    expect(stored.get('demo')?.settings).toMatchObject({
      origins: ['https://shop.example', 'http://localhost:*'],
    })
  })

  test('the same origin twice is one', async () => {
    const { run, stored } = startApps(demo)
    await run('update demo --add-origin https://a.example')
    expect(stored.get('demo')).toMatchObject({ settings: { origins: ['https://a.example'] } })
  })
})

describe('list', () => {
  test('shows settings and no secrets', async () => {
    const said = await startApps(demo).run('list')
    expect(said).toContain('https://a.example')
    expect(said).not.toContain('kept')
    expect(await startApps().run('list')).toContain('no apps yet')
  })
})

describe('show', () => {
  test('shows the settings of one app and no secret', async () => {
    const { run } = startApps(demo, {
      id: 'other',
      secret: 's',
      settings: { origins: ['https://o.example'] },
    })
    const said = await run('show demo')
    expect(said).toContain('https://a.example')
    expect(said).not.toContain('https://o.example')
    expect(said).not.toContain('kept')
    await expect(run('show nobody')).rejects.toThrow('no app nobody')
  })
})

describe('capabilities', () => {
  test('say what people without a room of their own in a token may do', async () => {
    const { run, stored } = startApps(demo)
    await run('update demo --capabilities read')
    expect(stored.get('demo')).toMatchObject({ settings: { capabilities: ['read'], guests: false } })
    await run('update demo --capabilities read,write,read')
    expect(stored.get('demo')).toMatchObject({ settings: { capabilities: ['read', 'write'] } })
  })
  test.each(['fly', 'read,wirte', '', ','])('%j is reported with the valid ones', async (list) => {
    const { run, stored } = startApps(demo)
    await expect(run(`update demo --capabilities=${list}`)).rejects.toThrow(/there are read, write, react/)
    expect(stored.get('demo')).toBe(demo)
  })
})

describe('where the apps are', () => {
  test('only create may make a database, and says which one it is in', async () => {
    const { repository } = startApps(demo)
    const asked: unknown[] = []
    const run = (line: string) =>
      appCommand(line.split(' '), (options) => {
        asked.push(options?.mayMake ?? false)
        return Promise.resolve({ ...repository, place: 'the database /srv/data' })
      })
    expect(await run('create shop')).toMatch(/^created app shop in the database \/srv\/data\nsecret, /)
    for (const line of ['list', 'show demo', 'update demo --guests no']) await run(line)
    expect(asked).toEqual([true, false, false, false])
  })
})

describe('mistakes', () => {
  test.each([
    'rename demo',
    'create',
    'create Shop',
    'create a/b',
    'create shop more',
    'create shop --unknown yes',
    'create shop --guests',
  ])('"%s" is a usage error before the database is opened', async (line) => {
    const { run, opened } = startApps()
    await expect(run(line)).rejects.toBeInstanceOf(Usage)
    expect(opened()).toBe(0)
  })

  test.each([
    ['create', /^app create needs the id of an app, as in: alcove app create shop$/],
    ['create Shop', /; "Shop" has capital letters, use shop$/],
    ['show Shop', /; "Shop" has capital letters, use shop$/],
    ['create my_shop', /; "my_shop" has "_", use my-shop$/],
    ['create shop.example', /; "shop.example" has ".", use shop-example$/],
    ['create büro', /; "büro" has "ü", use buro$/],
    ['create shop-', /; "shop-" ends with -, use shop$/],
    ['create 店', /; "店" has "店"$/],
    [`create ${'x'.repeat(65)}`, /has 65 characters, use x{64}$/],
    [
      'update demo',
      /^nothing was changed; app update takes --add-origin, --remove-origin, .*--limit\. See: alcove help$/,
    ],
    ['update missing', /^nothing was changed; /],
    ['updat demo', /^app updat is no command of alcove; did you mean app update\?/],
    ['bogus', /^app bogus is no command of alcove; there are: app create, app list, app show, app update\./],
    ['update demo --gusts no', /^--gusts is no option of app; did you mean --guests\?/],
    ['update demo --add-orgin=https://x.example', /^--add-orgin is no option .*did you mean --add-origin\?/],
    ['update demo --constructor x', /^--constructor is no option of app; there are/],
  ])('"%s" is told in a line, with the nearest there is', async (line, words) => {
    const { run, opened } = startApps(demo)
    await expect(run(line)).rejects.toThrow(words)
    expect(opened()).toBe(0)
  })

  test.each([
    'update missing --guests yes',
    'update demo --guests maybe',
    'update demo --add-origin shop.example',
    'update demo --limit membersPerRoom',
    'update demo --limit membersPerRoom=-1',
    'update demo --limit membersPerRoom=0',
    'update demo --limit membersPerRoom=1=2',
    'update demo --limit constructor=1',
  ])('"%s" is a usage error and changes nothing', async (line) => {
    const { run, stored } = startApps(demo)
    await expect(run(line)).rejects.toBeInstanceOf(Usage)
    expect([...stored.values()]).toEqual([demo])
  })

  test.each([
    [
      '--add-origin https://shop.example/',
      /"https:\/\/shop.example\/" ends with a slash, use https:\/\/shop.example$/,
    ],
    ['--add-origin shop.example', /"shop.example" has no scheme, use https:\/\/shop.example$/],
    ['--add-origin localhost:3000', /"localhost:3000" has no scheme, use https:\/\/localhost:3000$/],
    ['--add-origin https://shop.example/chat?x', /has a path; .*, use https:\/\/shop.example$/],
    ['--add-origin https://me:pw@shop.example', /has a user name or password, use https:\/\/shop.example$/],
    [
      '--add-origin null',
      /"null" stands for files and sandboxed frames.*serve the page over http.*allow-same-origin/,
    ],
    ['--add-origin *', /would allow every page/],
    ['--add-origin file:///home/me/page.html', /neither http nor https/],
    ['--add-origin chrome-extension://abc', /neither http nor https/],
    ['--add-origin https://*.com', /"https:\/\/\*.com" has a wildcard over the single label com/],
    ['--add-origin http://*.localhost:3000', /has a wildcard over the single label localhost/],
    ['--add-origin https://*.shop.example/', /ends with a slash, use https:\/\/\*.shop.example$/],
    ['--add-origin https://*.shop.example:8443/chat', /has a path; .*, use https:\/\/\*.shop.example:8443$/],
    ['--add-origin https://*.*.example', /a \* that is not the whole first label/],
    ['--guests maybe', /^--guests should be yes or no, not "maybe"$/],
    ['--add-origin https://shop.*', /a \* that is not the whole first label/],
    ['--add-origin https://shop.example:*', /wildcard port/],
    ['--add-origin https://shop;reboot.example', /not a host name/],
    ['--remove-origin https://b.example', /one of the app's origins: https:\/\/a.example$/],
    [
      '--limit membersPerRoom=0',
      /^limits.membersPerRoom should be a whole number from 1 to 10000000, not 0$/,
    ],
    ['--limit membersPerRoom=-1', /a whole number from 1 to 10000000, not -1$/],
    ['--limit membersPerRoom=1.5', /a whole number from 1 to 10000000, not 1.5$/],
    ['--limit membersPerRoom=99999999999', /a whole number from 1 to 10000000, not 99999999999$/],
    ['--limit messageBytes=65536', /a whole number from 1 to \d+, not 65536$/],
    [
      '--limit membersPerRoom',
      /--limit membersPerRoom: should be a name and a number, as in --limit membersPerRoom=1000$/,
    ],
    [
      '--limit membersperroom=5',
      /--limit membersperroom=5: no limit has this name; use one of .*membersPerRoom/,
    ],
  ])('"%s" is told with the value, the rule and what would be right', async (options, words) => {
    const { run } = startApps(demo)
    await expect(run(`update demo ${options}`)).rejects.toThrow(words)
  })
})
