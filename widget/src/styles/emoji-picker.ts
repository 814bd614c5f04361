/** All emoji: a sheet over the field, or a panel next to the message if there is room. */
import { css } from 'lit'

export const emojiPicker = css`
  .whole {
    flex-wrap: nowrap;
    block-size: min(100%, 336px);
    padding: 0;
  }
  .picker {
    display: flex;
    flex: 1;
    flex-direction: column;
    align-self: stretch;
    min-inline-size: 0;
  }
  .seek {
    display: flex;
    align-items: center;
    gap: 4px;
    padding: 8px;
  }
  .seek input {
    flex: 1;
    min-inline-size: 0;
    block-size: 36px;
    padding-inline: 12px;
    border: 1px solid color-mix(in srgb, var(--_muted) 80%, transparent);
    border-radius: min(var(--_radius), 18px);
    background: none;
    color: inherit;
    font: inherit;
    font-size: 16px;
    appearance: none;
  }
  .seek input:focus-visible {
    outline-offset: -2px;
  }
  .seek input::-webkit-search-cancel-button {
    display: none;
  }
  .groups {
    flex: 1;
    min-block-size: 0;
    padding: 0 8px 8px;
    overflow: hidden auto;
    overscroll-behavior: contain;
    scrollbar-width: thin;
    scrollbar-color: var(--_line) transparent;
  }
  .group {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(36px, 1fr));
    content-visibility: auto;
    contain-intrinsic-block-size: auto 600px;
  }
  .group:first-child {
    content-visibility: visible;
  }
  .group .emoji-button {
    inline-size: 100%;
    block-size: 36px;
    padding: 0;
  }
  .group h3 {
    grid-column: 1 / -1;
    margin: 0;
    padding: 8px 4px 4px;
    color: var(--_muted);
    font-size: 12px;
    font-weight: 550;
    line-height: 18px;
  }
  .groups p {
    color: var(--_muted);
    font-size: 13px;
    text-align: center;
  }
  @media (pointer: coarse) {
    .group {
      grid-template-columns: repeat(auto-fill, minmax(44px, 1fr));
    }
    .group .emoji-button {
      block-size: 44px;
    }
  }
  .near.whole {
    inset: var(--y, 0) auto auto clamp(4px, var(--x, 0px), max(4px, 100% - 332px));
    inline-size: min(328px, 100% - 8px);
    block-size: var(--h, 344px);
    padding: 0;
  }
`
