/**
 * Rollup output plugin: a file whose fetch failed is requested at another address the next time. Browsers remember a
 * failed fetch by its address until the page is reloaded; the HTML standard required that until 2026.
 */
const IMPORT = 'importAgain'

/** One of its own in each file: an address is relative to the file that imports. */
const INTRO = `
  const failures = {}
  const ${IMPORT} = (path) =>
    import(path + (failures[path] ? '?' + failures[path] : '')).catch((error) => {
      failures[path] = (failures[path] ?? 0) + 1
      throw error
    })`

export const retryImports = {
  name: 'retry-imports',
  renderDynamicImport: () => ({ left: `${IMPORT}(`, right: ')' }),
  intro: ({ dynamicImports }) => (dynamicImports.length > 0 ? INTRO : ''),
}
