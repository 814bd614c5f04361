/** Chips as buttons, and the emoji to choose from: over the field, or next to the message if there is room. */
import { css } from 'lit'

export const reactions = css`
  button.chip {
    border-radius: 99px;
    transition: background 0.12s;
  }
  button.chip:hover {
    border-color: currentColor;
    color: var(--_text);
  }
  button.mine:hover {
    color: var(--_accent-text);
  }
  .chip:focus-visible {
    outline-offset: 1px;
  }
  .chip svg {
    inline-size: 16px;
    block-size: 16px;
  }
  .usual {
    display: flex;
    flex: 1;
    justify-content: space-between;
    min-inline-size: 0;
    max-inline-size: 400px;
  }
  .emoji-button {
    display: grid;
    place-items: center;
    flex: 0 1 44px;
    block-size: 44px;
    border: 2px solid transparent;
    border-radius: min(calc(var(--_radius) * 0.6), 14px);
    color: var(--_muted);
    font: 22px/1 var(--_emoji);
    transition: background 0.12s;
  }
  .emoji-button:hover,
  .emoji-button:focus-visible {
    background: color-mix(in srgb, currentColor 12%, transparent);
  }
  .emoji-button:focus-visible {
    outline-offset: -2px;
  }
  .emoji-button[aria-pressed='true'] {
    border-color: var(--_accent-text);
    background: color-mix(in oklab, var(--_accent) 12%, var(--_bg));
  }
  .react-dock {
    padding: 8px;
  }
  .sheet-acts .usual {
    flex: 1 0 100%;
  }
  .view:has(~ .dock) {
    margin-block-end: var(--covered, 0px);
  }
  .near {
    inset: var(--y, 0) auto auto clamp(4px, var(--x, 0px), max(4px, 100% - 272px));
    min-block-size: 0;
    inline-size: min(268px, 100% - 8px);
    padding: 4px;
    border: 1px solid var(--_line);
    border-radius: min(calc(var(--_radius) * 0.75), 18px);
    background: light-dark(var(--_bg), var(--_surface));
    box-shadow: var(--_shadow);
  }
  .near .emoji-button {
    flex-basis: 36px;
    block-size: 36px;
    font-size: 20px;
  }
  @media (pointer: coarse) {
    .usual {
      display: grid;
      grid-template-columns: repeat(auto-fit, minmax(44px, 1fr));
    }
    @container (max-width: 315px) {
      .usual {
        grid-template-columns: repeat(4, 1fr);
      }
    }
    .react-dock,
    .sheet-acts {
      padding-inline: 4px;
    }
    .chips {
      row-gap: 16px;
    }
  }
  @media (forced-colors: active) {
    .chip,
    .near {
      border-color: ButtonText;
    }
    .emoji-button {
      border-color: Canvas;
    }
    .mine,
    .emoji-button[aria-pressed='true'] {
      border-color: Highlight;
    }
  }
`
