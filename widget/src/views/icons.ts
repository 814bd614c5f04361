/** Line icons on a 24-unit grid. Decorative: the button or the text beside them says it. */
import { html, svg, type TemplateResult } from 'lit'

const icon = (path: TemplateResult): TemplateResult =>
  html`<svg viewBox="0 0 24 24" aria-hidden="true">${path}</svg>`

export const icons = {
  send: () => icon(svg`<path d="M12 19V5M6 11l6-6 6 6" />`),
  down: () => icon(svg`<path d="M12 5v14M6 13l6 6 6-6" />`),
  close: () => icon(svg`<path d="M6 6l12 12M18 6 6 18" />`),
  chat: () => icon(svg`<path d="M20 11.5a7.5 7.5 0 0 1-11 6.6L4 19.5l1.4-4.6A7.5 7.5 0 1 1 20 11.5z" />`),
  offline: () =>
    icon(
      svg`<path d="M4 4l16 16M8.5 16a5 5 0 0 1 7 0M5 12.5a10 10 0 0 1 4-2.3M19 12.5a10 10 0 0 0-5.5-2.7M12 19.5h.01" />`,
    ),
  search: () => icon(svg`<circle cx="11" cy="11" r="6.5" /><path d="m20 20-4.3-4.3" />`),
  people: () =>
    icon(
      svg`<circle cx="9" cy="8" r="3.5" /><path d="M3 19a6 6 0 0 1 12 0M15.5 4.8a3.5 3.5 0 0 1 0 6.4M17.5 14.3A6 6 0 0 1 21 19" />`,
    ),
  lock: () =>
    icon(svg`<rect x="5" y="11" width="14" height="9" rx="2.5" /><path d="M8 11V8a4 4 0 0 1 8 0v3" />`),
  tools: () =>
    icon(
      svg`<path d="M4 7h9M17 7h3M4 17h3M11 17h9" /><circle cx="15" cy="7" r="2" /><circle cx="9" cy="17" r="2" />`,
    ),
  clock: () => icon(svg`<circle cx="12" cy="12" r="8" /><path d="M12 7.5V12l3 2" />`),
  alert: () => icon(svg`<path d="M12 8v5M12 16.5h.01" /><circle cx="12" cy="12" r="8.5" />`),
}
