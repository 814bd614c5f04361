/**
 * The floors of the server (docs/architecture.md): a folder imports from the floors below its own and from no other, and
 * files never in a circle. Run by `npm run check`.
 */

/** From the top floor down. Folders of one floor do not know each other. */
const FLOORS = [
  ['commands'],
  ['workers'],
  // The node, put together from its parts, and the configuration it is started with.
  ['app.ts'],
  ['config.ts'],
  ['realtime'],
  ['http'],
  ['operations'],
  ['rooms'],
  ['log'],
  ['apps'],
  ['limits', 'identity'],
  ['delivery'],
  ['shared-read.ts'],
  ['shared-turn.ts'],
  ['cluster', 'storage'],
  // The ground: whatever may be needed anywhere, and needs nothing of the above.
  ['metrics.ts'],
  ['process'],
  ['errors', 'parse-url.ts'],
]

const pathOf = (places) =>
  `^server/src/(${places.map((place) => (place.endsWith('.ts') ? place.replace('.', '\\.') + '$' : `${place}/`)).join('|')})`

const rules = FLOORS.flatMap((floor, index) =>
  floor.map((place) => {
    const above = FLOORS.slice(0, index).flat()
    const beside = floor.filter((other) => other !== place)
    return {
      name: `floors: ${place}`,
      comment: `${place} may import from the floors below it only.`,
      severity: 'error',
      from: { path: pathOf([place]), pathNot: '\\.test\\.ts$' },
      to: { path: pathOf(['main.ts', 'cli.ts', ...above, ...beside]) },
    }
  }),
)

export default {
  forbidden: [
    ...rules,
    {
      name: 'no new folder without a floor',
      comment: 'Name the folder in FLOORS (.dependency-cruiser.mjs) and in docs/architecture.md.',
      severity: 'error',
      from: {},
      to: { path: '^server/src/', pathNot: [pathOf(['main.ts', 'cli.ts', ...FLOORS.flat()])] },
    },
    { name: 'no circle', severity: 'error', from: { pathNot: '\\.test\\.ts$' }, to: { circular: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/(dist|node_modules)/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      conditionNames: ['alcove:source', 'import', 'default'],
      exportsFields: ['exports'],
    },
  },
}
