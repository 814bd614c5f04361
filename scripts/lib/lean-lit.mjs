/**
 * Rollup plugin: Lit's way with styles where every browser has constructed style sheets, as each one has that the styles
 * are written for. `css` then makes the sheet itself. It takes no values: minify-templates.mjs refuses them.
 */
const CSS_TAG = `
  export const supportsAdoptingStyleSheets = true
  export function css([text]) {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(text)
    return sheet
  }
  export const adoptStyles = (root, sheets) => (root.adoptedStyleSheets = sheets)
  export const getCompatibleStyle = (sheet) => sheet
  export const unsafeCSS = undefined
  export const CSSResult = undefined`

export const leanLit = {
  name: 'lean-lit',
  load: (id) => (id.replaceAll('\\', '/').endsWith('@lit/reactive-element/css-tag.js') ? CSS_TAG : null),
}
