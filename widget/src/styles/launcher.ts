/** The button in the corner, and the panel: next to it in wide windows, the whole window in narrow ones. */
import { css } from 'lit'

export const launcher = css`
  :host {
    position: fixed;
    inset-block-end: calc(20px + env(safe-area-inset-bottom, 0px));
    inset-inline-end: calc(20px + env(safe-area-inset-right, 0px));
    z-index: var(--alcove-z-index, 2147483000);
    font-family: var(--_font);
  }
  :host([hidden]),
  [hidden] {
    display: none !important;
  }
  svg {
    display: block;
    inline-size: 26px;
    block-size: 26px;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.75;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  button {
    display: grid;
    place-items: center;
    border: 0;
    padding: 0;
    border-radius: 50%;
    cursor: pointer;
    font: inherit;
  }
  :focus-visible {
    outline: 2px solid var(--_accent-text);
    outline-offset: 3px;
  }
  [part='button'] {
    position: relative;
    inline-size: 56px;
    block-size: 56px;
    background: var(--_own);
    color: var(--_own-text);
    box-shadow:
      0 2px 6px #0000001f,
      0 10px 28px #0000002e;
    transition: transform 0.15s;
  }
  [part='button']:hover {
    transform: translateY(-1px) scale(1.03);
  }
  .badge {
    position: absolute;
    inset-block-start: -3px;
    inset-inline-end: -3px;
    min-inline-size: 22px;
    padding-inline: 5px;
    border-radius: 99px;
    background: #c81e2b;
    color: #fff;
    font: 650 12px/22px var(--_font);
    font-variant-numeric: tabular-nums;
    text-align: center;
    box-shadow: 0 0 0 2px var(--_bg);
    animation: pop 0.2s cubic-bezier(0.2, 1.4, 0.4, 1);
  }
  @keyframes pop {
    from {
      transform: scale(0);
    }
  }
  .panel {
    position: absolute;
    inset-block-end: 72px;
    inset-inline-end: 0;
    inline-size: min(392px, 100vw - 40px);
    block-size: min(640px, 100dvh - 116px);
    border-radius: calc(var(--_radius) * 1.15);
    box-shadow:
      0 4px 12px #00000014,
      0 20px 56px #00000038;
    transform-origin: bottom right;
    animation: open 0.18s cubic-bezier(0.2, 0.9, 0.3, 1);
  }
  chat-room {
    block-size: 100%;
    min-block-size: 0;
  }
  @keyframes open {
    from {
      opacity: 0;
      transform: translateY(10px) scale(0.98);
    }
  }
  .close {
    display: none;
    inline-size: 36px;
    block-size: 36px;
    background: none;
    color: var(--_muted);
  }
  .close svg {
    inline-size: 20px;
    block-size: 20px;
  }
  @media (max-width: 519px), (max-height: 499px) {
    .panel {
      position: fixed;
      inset: 0 0 auto;
      inline-size: auto;
      block-size: var(--_viewport, 100dvh);
      padding: env(safe-area-inset-top, 0px) 0 env(safe-area-inset-bottom, 0px);
      border-radius: 0;
      background: var(--_bg);
    }
    chat-room::part(frame) {
      border: 0;
      border-radius: 0;
    }
    .close {
      display: grid;
    }
    :host([open]) [part='button'] {
      display: none;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    * {
      animation: none !important;
      transition: none !important;
    }
  }
`
