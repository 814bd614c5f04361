/** The message actions: the bar next to a message, the dock over the field, the line in the field. */
import { css } from 'lit'

export const conversation = css`
  .actions {
    position: relative;
    inline-size: 0;
  }
  .bar {
    position: absolute;
    z-index: 1;
    inset-block-start: 0;
    inset-inline-start: 4px;
    display: flex;
    padding: 0;
    border: 1px solid var(--_line);
    border-radius: min(calc(var(--_radius) * 1.2), 20px);
    background: light-dark(var(--_bg), var(--_surface));
    box-shadow: var(--_shadow);
    color: var(--_muted);
    font-size: 13px;
    user-select: none;
    animation: appear 0.12s;
  }
  .own .actions,
  .own .undo {
    order: -1;
  }
  .own .bar {
    inset-inline: auto 4px;
  }
  .act {
    display: grid;
    place-items: center;
    flex: none;
    inline-size: 36px;
    block-size: 36px;
    border-radius: min(calc(var(--_radius) * 1.1), 50%);
    color: var(--_muted);
    transition:
      background 0.12s,
      color 0.12s;
  }
  .act:hover,
  .act:focus-visible {
    background: color-mix(in srgb, currentColor 10%, transparent);
    color: var(--_text);
  }
  .act:focus-visible {
    outline-offset: -2px;
  }
  .act.remove:hover,
  .act.remove:focus-visible {
    color: var(--_danger);
  }
  .act svg {
    inline-size: 18px;
    block-size: 18px;
  }
  .all .more-acts {
    display: none;
  }
  @container (max-width: 479px) {
    .bar {
      border-color: transparent;
      background: none;
      box-shadow: none;
    }
    .bar .act:not(.more-acts) {
      display: none;
    }
    .all .more-acts {
      display: grid;
    }
  }
  .message:has(.meant) {
    position: relative;
    z-index: 1;
  }
  .message:has(.meant) .bubble {
    outline: 2px solid var(--_accent-text);
    outline-offset: 1px;
  }
  .link:hover {
    text-decoration: underline;
  }
  .people:hover {
    background: var(--_surface);
    color: var(--_text);
  }
  .send:active:enabled {
    transform: scale(0.94);
  }
  .bubble a:hover {
    text-decoration-color: currentColor;
  }
  .undo {
    align-self: center;
    padding-inline: 8px;
    min-block-size: 36px;
    font-size: 13px;
  }
  .failed .bubble {
    background: color-mix(in srgb, var(--_danger) 12%, var(--_bg));
    border-color: color-mix(in srgb, var(--_danger) 45%, transparent);
    color: var(--_text);
  }
  .failed .meta > span {
    color: var(--_danger);
    font-weight: 550;
  }
  .refused.meta {
    color: var(--_danger);
  }
  .refused .link {
    color: inherit;
    text-decoration: underline;
  }
  .dock {
    position: absolute;
    z-index: 1;
    inset-inline: 0;
    inset-block-end: 0;
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 4px 12px;
    min-block-size: 79px;
    padding: 8px 12px 10px 16px;
    border-block-start: 1px solid var(--_line);
    background: var(--_bg);
    font-size: 14px;
    animation: appear 0.15s;
  }
  .sheet-acts {
    padding: 8px;
  }
  .acts {
    display: flex;
    flex: 1 0 100%;
    gap: 4px;
    min-inline-size: 0;
  }
  .acts .act {
    display: flex;
    flex-direction: column;
    flex: 0 1 116px;
    justify-content: center;
    gap: 3px;
    min-inline-size: 0;
    block-size: 58px;
    border-radius: min(calc(var(--_radius) * 0.75), 16px);
    color: var(--_text);
    font-size: 12px;
    line-height: 16px;
  }
  .acts .act svg {
    inline-size: 20px;
    block-size: 20px;
  }
  .acts .act.remove {
    color: var(--_danger);
  }
  .acts .act:last-child {
    flex: 0 0 44px;
    margin-inline-start: auto;
    color: var(--_muted);
  }
  .lifted {
    inset-block-end: var(--lift, 0px);
    min-block-size: 0;
  }
  .near .acts .act:last-child {
    display: none;
  }
  .view:has(~ .dock) .pill {
    display: none;
  }
  .dock > p {
    font-weight: 550;
  }
  .choices {
    display: flex;
    gap: 6px;
    margin-inline-start: auto;
  }
  .choices button {
    min-block-size: 36px;
    padding-inline: 16px;
    border: 1px solid var(--_line);
    border-radius: min(calc(var(--_radius) * 1.1), 18px);
    font-weight: 550;
  }
  .choices .danger {
    border-color: transparent;
    background: var(--_danger);
    color: light-dark(#fff, #1b1d24);
  }
  .field:has(.purpose) {
    flex-wrap: wrap;
  }
  .purpose + .grow {
    flex-basis: calc(100% - 36px);
  }
  .frame:dir(rtl) .purpose ~ .send svg {
    transform: none;
  }
  .purpose {
    display: flex;
    align-items: center;
    gap: 10px;
    flex: 1 0 100%;
    min-inline-size: 0;
    margin-block-end: 2px;
    padding: 4px 2px 4px 12px;
    border-radius: min(calc(var(--_radius) * 1.2), 20px);
    background: color-mix(in srgb, currentColor 6%, transparent);
    font-size: 13px;
    line-height: 18px;
  }
  .purpose > svg {
    flex: none;
    inline-size: 18px;
    block-size: 18px;
    color: var(--_accent-text);
  }
  .purpose > div {
    flex: 1;
    min-inline-size: 0;
  }
  .purpose b,
  .purpose span {
    display: block;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .purpose b {
    font-weight: 600;
  }
  .purpose span {
    color: var(--_muted);
    text-align: start;
  }
  /* Whatever its size on screen, a button answers a finger within 44 pixels. */
  @media (pointer: coarse) {
    button {
      position: relative;
    }
    button::before {
      content: '';
      position: absolute;
      left: 50%;
      top: 50%;
      inline-size: max(100%, 44px);
      block-size: max(100%, 44px);
      translate: -50% -50%;
    }
    .choices button,
    .undo {
      min-block-size: 44px;
    }
  }
  @media (forced-colors: active) {
    .bar,
    .choices button {
      border-color: ButtonText;
    }
  }
`
