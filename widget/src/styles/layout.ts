/** The frame, styles shared by all controls, header, banner and live region. */
import { css } from 'lit'

export const layout = css`
  :host {
    display: block;
    block-size: 480px;
    min-block-size: 240px;
  }
  :host([hidden]) {
    display: none;
  }
  *,
  ::before,
  ::after {
    box-sizing: border-box;
  }
  .frame {
    container-type: inline-size;
    position: relative;
    isolation: isolate;
    display: flex;
    flex-direction: column;
    block-size: 100%;
    overflow: hidden;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_bg);
    color: var(--_text);
    font: 400 var(--_size) / 1.45 var(--_font);
    -webkit-tap-highlight-color: transparent;
    -webkit-text-size-adjust: 100%;
  }
  h2,
  p {
    margin: 0;
  }
  button {
    font: inherit;
    color: inherit;
    border: 0;
    background: none;
    padding: 0;
    min-inline-size: 24px;
    min-block-size: 24px;
    cursor: pointer;
    border-radius: calc(var(--_radius) * 0.5);
  }
  button:disabled {
    cursor: default;
  }
  :focus-visible {
    outline: 2px solid var(--_accent-text);
    outline-offset: 2px;
  }
  svg {
    display: block;
    inline-size: 20px;
    block-size: 20px;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.75;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .link {
    color: var(--_accent-text);
    font-weight: 550;
    padding-inline: 4px;
  }
  .sr {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: pre-line;
  }
  .header {
    display: flex;
    align-items: center;
    gap: 12px;
    flex: none;
    min-block-size: calc(32px + 6 * var(--_gap));
    padding-inline: 16px 10px;
    border-block-end: 1px solid var(--_line);
  }
  .heading {
    flex: 1;
    min-inline-size: 0;
  }
  h2 {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    font-size: 1em;
    font-weight: 620;
    letter-spacing: -0.011em;
  }
  .people {
    display: flex;
    align-items: center;
    gap: 8px;
    padding: 6px 8px;
    border-radius: 99px;
    font-size: 13px;
    color: var(--_muted);
    white-space: nowrap;
    font-variant-numeric: tabular-nums;
    transition: background 0.15s;
  }
  .faces {
    display: flex;
  }
  .faces .avatar {
    inline-size: 24px;
    block-size: 24px;
    font-size: 10.5px;
    box-shadow: 0 0 0 2px var(--_bg);
  }
  .faces .avatar + .avatar {
    margin-inline-start: -5px;
  }
  .people .count {
    display: none;
  }
  @container (max-width: 359px) {
    .people .label {
      position: absolute;
      clip-path: inset(50%);
    }
    .people .count {
      display: inline;
    }
  }
  .avatar {
    position: relative;
    display: grid;
    place-items: center;
    flex: none;
    inline-size: 32px;
    block-size: 32px;
    overflow: hidden;
    border-radius: 50%;
    background: light-dark(oklch(0.92 0.045 var(--h)), oklch(0.37 0.07 var(--h)));
    color: light-dark(oklch(0.42 0.13 var(--h)), oklch(0.92 0.055 var(--h)));
    font-size: 13px;
    font-weight: 620;
    line-height: 1;
    user-select: none;
  }
  .avatar img {
    position: absolute;
    inline-size: 100%;
    block-size: 100%;
    background: var(--_surface);
    object-fit: cover;
  }
  .banner {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: center;
    gap: 0 6px;
    flex: none;
    padding: 5px 16px;
    font-size: 13px;
    text-align: center;
    --_tone: var(--_warning);
    color: var(--_tone);
    background: color-mix(in srgb, var(--_tone) 10%, var(--_bg));
    animation: appear 0.2s both;
  }
  .banner.reconnecting {
    animation-delay: 0.6s;
  }
  .banner.online {
    --_tone: var(--_success);
  }
  .banner.refused,
  .banner.switch-failed {
    --_tone: var(--_danger);
  }
  .banner .link {
    color: inherit;
    text-decoration: underline;
  }
  @keyframes appear {
    from {
      opacity: 0;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    ::before,
    ::after {
      animation-duration: 1ms !important;
      transition: none !important;
    }
  }
`
