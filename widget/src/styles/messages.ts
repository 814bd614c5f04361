/** The list: rows, bubbles, marks between them, and the pill that jumps to the end. */
import { css } from 'lit'

export const messages = css`
  .body {
    container-type: size;
    position: relative;
    display: flex;
    flex: 1;
    flex-direction: column;
    min-block-size: 0;
  }
  .view {
    position: relative;
    display: flex;
    flex-direction: column;
    flex: 1;
    min-block-size: 0;
  }
  .scroller {
    flex: 1;
    min-block-size: 0;
    overflow: hidden auto;
    overflow-anchor: none;
    overscroll-behavior: contain;
    scrollbar-width: thin;
    scrollbar-color: var(--_line) transparent;
  }
  .content {
    display: flex;
    flex-direction: column;
    min-block-size: 100%;
    padding: calc(3 * var(--_gap)) 16px calc(2 * var(--_gap));
  }
  .content::before {
    content: '';
    margin-block-start: auto;
  }
  .top,
  .end {
    block-size: 1px;
    flex: none;
  }
  .note {
    padding: calc(3 * var(--_gap)) 8px;
    color: var(--_muted);
    font-size: 13px;
    text-align: center;
  }
  .day,
  .divider {
    display: flex;
    align-items: center;
    gap: 12px;
    margin-block: calc(4 * var(--_gap)) var(--_gap);
    color: var(--_muted);
    font-size: 12px;
    font-weight: 550;
    text-align: center;
  }
  .day::before,
  .day::after,
  .divider::before,
  .divider::after {
    content: '';
    flex: 1;
    border-block-start: 1px solid var(--_line);
  }
  .divider {
    color: var(--_accent-text);
  }
  .divider::before,
  .divider::after {
    border-color: currentColor;
    opacity: 0.35;
  }
  .message {
    display: grid;
    grid-template-columns: 32px minmax(0, 1fr);
    column-gap: 10px;
    margin-block-start: 2px;
    /* The ring of the one with the focus is drawn in full. */
    scroll-margin-block: 4px;
    border-radius: calc(var(--_radius) * 0.5);
  }
  .message.first {
    margin-block-start: calc(3.5 * var(--_gap));
  }
  .message:focus-visible {
    position: relative;
    z-index: 1;
    outline-offset: 1px;
  }
  .message.own {
    grid-template-columns: minmax(0, 1fr);
  }
  .message.fresh {
    animation: rise 0.1s;
  }
  @keyframes rise {
    from {
      opacity: 0;
      transform: translateY(6px);
    }
  }
  .stack {
    grid-column: -2;
    display: flex;
    flex-wrap: wrap;
    min-inline-size: 0;
  }
  .own .stack,
  .own .meta,
  .own .chips {
    justify-content: flex-end;
  }
  .meta {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0 6px;
    flex-basis: 100%;
    font-size: 12px;
    line-height: 18px;
    color: var(--_muted);
    font-variant-numeric: tabular-nums;
  }
  .first:not(.own) .meta {
    margin-block-end: 3px;
  }
  .own .meta {
    margin: 3px 2px 0;
  }
  .name {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    max-inline-size: 24ch;
    font-size: 13px;
    font-weight: 600;
    color: light-dark(oklch(0.44 0.12 var(--h)), oklch(0.85 0.08 var(--h)));
  }
  .tag {
    font-size: 11px;
    padding-inline: 5px;
    line-height: 16px;
    border-radius: 5px;
    background: var(--_surface);
    color: var(--_muted);
  }
  .bubble {
    --_r: min(var(--_radius), 18px);
    --_tight: calc(var(--_r) * 0.3);
    /* A strip next to the bubble is reserved for its actions, which then neither cover nor move any text. */
    max-inline-size: min(100% - clamp(40px, 100% - 280px, 120px), 60ch);
    padding: calc(2px + 1.4 * var(--_gap)) max(11px, var(--_r) * 0.8);
    border: 1px solid transparent;
    border-radius: var(--_r);
    background: var(--_surface);
    overflow: hidden;
  }
  .text {
    white-space: pre-wrap;
    overflow-wrap: anywhere;
    text-wrap: pretty;
  }
  /*
   * No message fills the whole list unless the reader expands it. Measured by what the list shares with the field and
   * the sheets over it, so that nothing folds because one of them opens or grows.
   */
  .fold {
    max-block-size: min(10lh, 33cqb);
    overflow: hidden;
  }
  [data-cut] {
    mask-image: linear-gradient(#000 70%, #0000);
  }
  .more {
    padding: 0;
    color: inherit;
  }
  :not([data-cut]) + .more {
    display: none;
  }
  .message:not(.own, .first) .bubble,
  .first.last:not(.own) .bubble {
    border-start-start-radius: var(--_tight);
  }
  .message:not(.own, .last) .bubble {
    border-end-start-radius: var(--_tight);
  }
  .own .bubble {
    background: var(--_own);
    color: var(--_own-text);
    border-end-end-radius: var(--_tight);
  }
  .own:not(.first) .bubble {
    border-start-end-radius: var(--_tight);
  }
  .bubble a {
    color: inherit;
    text-decoration: underline;
    text-decoration-color: color-mix(in srgb, currentColor 45%, transparent);
    text-underline-offset: 2px;
  }
  .bubble.emoji {
    padding: 0;
    background: none;
    font: 34px/1.2 var(--_emoji);
  }
  .message .gone {
    border-color: var(--_line);
    background: none;
    color: var(--_muted);
  }
  .chips {
    display: flex;
    flex: 0 0 100%;
    flex-wrap: wrap;
    gap: 4px;
    margin-block: 4px 2px;
  }
  .chip {
    display: flex;
    align-items: center;
    justify-content: center;
    gap: 5px;
    min-inline-size: 42px;
    min-block-size: 28px;
    padding-inline: 8px;
    border: 1px solid var(--_line);
    border-radius: 99px;
    background: var(--_bg);
    color: var(--_muted);
    font-size: 12px;
    font-weight: 550;
    font-variant-numeric: tabular-nums;
  }
  .chip i {
    font: 15px/1 var(--_emoji);
  }
  /* Recognisable by the border width as well as the colour; the size stays the same. */
  .mine {
    padding-inline: 7px;
    border: 2px solid var(--_accent-text);
    background: color-mix(in oklab, var(--_accent) 12%, var(--_bg));
    color: var(--_accent-text);
  }
  .pending .bubble {
    animation: dim 0.2s 0.5s both;
  }
  @keyframes dim {
    to {
      opacity: 0.9;
    }
  }
  .sending {
    animation: appear 0.2s 0.5s both;
  }
  .view .state {
    position: absolute;
    inset: 0;
  }
  /* Below the list, not over it: it would lie on words. */
  .pill {
    display: flex;
    justify-content: center;
    padding-block: 4px;
  }
  .pill button {
    display: flex;
    align-items: center;
    gap: 6px;
    min-block-size: 36px;
    padding-inline: 10px 16px;
    border: 1px solid var(--_line);
    border-radius: 99px;
    background: var(--_bg);
    color: var(--_text);
    font-size: 13px;
    font-weight: 550;
    box-shadow: var(--_shadow);
  }
  .pill button.plain {
    padding: 0 8px;
  }
  .pill button.new {
    border-color: transparent;
    background: var(--_own);
    color: var(--_own-text);
  }
  .typing {
    display: flex;
    align-items: center;
    gap: 8px;
    flex: none;
    block-size: 20px;
    padding-inline: 18px;
    overflow: hidden;
    white-space: nowrap;
    font-size: 12px;
    color: var(--_muted);
  }
  .typing span {
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .dots {
    display: flex;
    gap: 3px;
    flex: none;
  }
  .dots i {
    inline-size: 5px;
    block-size: 5px;
    border-radius: 50%;
    background: currentColor;
    animation: pulse 1.2s infinite ease-in-out;
  }
  .dots i:nth-child(2) {
    animation-delay: 0.15s;
  }
  .dots i:nth-child(3) {
    animation-delay: 0.3s;
  }
  @container (max-width: 279px) {
    .content {
      padding-inline: 10px;
    }
    .message {
      grid-template-columns: minmax(0, 1fr);
    }
    .message > .avatar {
      display: none;
    }
  }
  @media (forced-colors: active) {
    .bubble {
      border-color: CanvasText;
    }
    .avatar {
      border: 1px solid;
    }
  }
`
