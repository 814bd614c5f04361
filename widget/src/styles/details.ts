/** The reason for the site's developers, below a room that cannot be shown. */
import { css } from 'lit'

export const details = css`
  .details {
    flex: none;
    inline-size: 100%;
    max-inline-size: 460px;
    margin-block-start: 22px;
    padding: 12px 14px;
    border: 1px solid var(--_line);
    border-radius: calc(var(--_radius) * 0.65);
    background: var(--_surface);
    font-size: 12.5px;
    text-align: start;
    overflow-wrap: anywhere;
  }
  .state .details p {
    max-inline-size: none;
    margin: 0 0 6px;
    text-wrap: wrap;
  }
  .details b {
    display: block;
    margin-block-end: 6px;
    font-weight: 600;
    color: var(--_text);
  }
  .details code {
    font:
      12px/1.5 ui-monospace,
      'SF Mono',
      Menlo,
      Consolas,
      monospace;
  }
  .details p code {
    white-space: nowrap;
  }
  .details pre {
    margin: 0;
    padding: 8px 10px;
    border-radius: 8px;
    background: var(--_bg);
    white-space: pre-wrap;
    user-select: all;
  }
`
