/** The composer. The field grows with its text through a hidden copy in the same grid cell: no measuring. */
import { css } from 'lit'

export const composer = css`
  form.composer {
    display: flex;
    align-items: flex-end;
    gap: 8px;
    flex: none;
    padding: 2px 12px 12px;
  }
  .field {
    flex: 1;
    display: flex;
    align-items: flex-end;
    min-inline-size: 0;
    padding: 3px;
    border: 1px solid var(--_line);
    border-radius: min(calc(var(--_radius) * 1.4), 23px);
    background: var(--_surface);
    transition:
      border-color 0.15s,
      box-shadow 0.15s;
  }
  .field:focus-within {
    border-color: var(--_accent-text);
    box-shadow: 0 0 0 1px var(--_accent-text);
    /* Drawn in forced colours, where shadows are not. */
    outline: 2px solid transparent;
  }
  .grow {
    flex: 1;
    display: grid;
    min-inline-size: 0;
    max-block-size: 136px;
    overflow: hidden auto;
    scrollbar-width: thin;
  }
  .grow::after {
    content: attr(data-text) ' ';
    visibility: hidden;
    white-space: pre-wrap;
  }
  .grow::after,
  textarea {
    grid-area: 1 / 1;
    min-inline-size: 0;
    padding: 7px 12px;
    margin: 0;
    border: 0;
    font: 400 16px/22px var(--_font);
    overflow-wrap: anywhere;
  }
  textarea {
    resize: none;
    overflow: hidden;
    outline: none;
    background: none;
    color: inherit;
  }
  /* Empty text has no direction, and dir=auto treats it as left to right. */
  textarea:placeholder-shown {
    direction: inherit;
  }
  textarea::placeholder {
    color: var(--_muted);
    opacity: 1;
  }
  .send {
    display: grid;
    place-items: center;
    flex: none;
    inline-size: 36px;
    block-size: 36px;
    border-radius: min(calc(var(--_radius) * 1.2), 50%);
    background: var(--_own);
    color: var(--_own-text);
    transition:
      background 0.15s,
      color 0.15s;
  }
  .send:disabled {
    background: none;
    color: var(--_muted);
  }
  .frame:dir(rtl) .send svg {
    transform: scaleX(-1);
  }
  .hint {
    flex: none;
    padding: 0 20px 8px;
    margin-block-start: -6px;
    font-size: 12px;
    color: var(--_muted);
    text-align: end;
    font-variant-numeric: tabular-nums;
  }
  .hint.over {
    color: var(--_danger);
  }
  .readonly {
    flex: none;
    padding: 14px 16px;
    border-block-start: 1px solid var(--_line);
    font-size: 13px;
    text-align: center;
    color: var(--_muted);
  }
  @media (forced-colors: active) {
    .send:disabled {
      color: GrayText;
    }
  }
`
