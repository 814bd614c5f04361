/** Line icons on a 24-unit grid. Decorative: the button or the adjacent text carries the meaning. */
import { html, svg, type TemplateResult } from 'lit'

export const icon = (path: TemplateResult): TemplateResult =>
  html`<svg viewBox="0 0 24 24" aria-hidden="true">${path}</svg>`

export const icons = {
  send: () => icon(svg`<path d="M12 19V5M6 11l6-6 6 6" />`),
  down: () => icon(svg`<path d="M12 5v14M6 13l6 6 6-6" />`),
  close: () => icon(svg`<path d="M6 6l12 12M18 6 6 18" />`),
  chat: () => icon(svg`<path d="M20 11.5a7.5 7.5 0 0 1-11 6.6L4 19.5l1.4-4.6A7.5 7.5 0 1 1 20 11.5z" />`),
}
