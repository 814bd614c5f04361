/** What is shown over or instead of the messages: people, empty room, waiting, and every reason for no room. */
import { css } from 'lit'

export const panels = css`
  .sheet {
    position: absolute;
    inset: 0;
    z-index: 1;
    display: flex;
    justify-content: flex-end;
    background: light-dark(#1b1d2426, #0009);
    animation: appear 0.15s;
  }
  .panel {
    display: flex;
    flex-direction: column;
    inline-size: min(100%, 320px);
    background: var(--_bg);
    border-inline-start: 1px solid var(--_line);
    box-shadow: var(--_shadow);
    outline: none;
  }
  .panel .header {
    border: 0;
  }
  .panel h2 {
    flex: 1;
  }
  .list {
    flex: 1;
    margin: 0;
    padding: 0 8px 12px;
    overflow: hidden auto;
    list-style: none;
    scrollbar-width: thin;
  }
  .person {
    display: flex;
    align-items: center;
    gap: 10px;
    min-block-size: calc(34px + 2.5 * var(--_gap));
    padding-inline: 8px;
  }
  .person .name {
    color: inherit;
    font-size: 14px;
    font-weight: 500;
    max-inline-size: none;
  }
  .person .link {
    margin-inline-start: auto;
    font-size: 13px;
    white-space: nowrap;
  }
  .rename {
    display: grid;
    grid-template-columns: 1fr auto auto;
    gap: 6px 4px;
    align-items: center;
    margin: 4px 8px 10px;
    font-size: 13px;
  }
  .rename label {
    grid-column: 1 / -1;
    color: var(--_muted);
    font-size: 12px;
  }
  .rename input {
    min-inline-size: 0;
    block-size: 38px;
    padding-inline: 12px;
    border: 1px solid var(--_line);
    border-radius: min(calc(var(--_radius) * 0.65), 19px);
    background: var(--_surface);
    color: inherit;
    font: 400 16px var(--_font);
  }
  .rename p {
    grid-column: 1 / -1;
    color: var(--_danger);
  }
  .state {
    flex: 1;
    display: flex;
    flex-direction: column;
    align-items: center;
    min-block-size: 0;
    padding: 24px;
    overflow: hidden auto;
    text-align: center;
    animation: appear 0.25s;
  }
  .state::before,
  .state::after {
    content: '';
    margin: auto;
  }
  .state .badge {
    display: grid;
    place-items: center;
    flex: none;
    inline-size: 56px;
    block-size: 56px;
    margin-block-end: 14px;
    border-radius: 50%;
    color: var(--_accent-text);
    background: color-mix(in srgb, var(--_accent-text) 10%, var(--_bg));
  }
  .state .badge svg {
    inline-size: 26px;
    block-size: 26px;
    stroke-width: 1.6;
  }
  .state h2 {
    font-size: 17px;
    white-space: normal;
    overflow: visible;
  }
  .state p {
    max-inline-size: 36ch;
    margin-block-start: 4px;
    color: var(--_muted);
    text-wrap: balance;
  }
  .state .small {
    font-size: 13px;
    margin-block-start: 12px;
    font-variant-numeric: tabular-nums;
  }
  .button {
    min-block-size: 38px;
    margin-block-start: 16px;
    padding-inline: 18px;
    border-radius: min(calc(var(--_radius) * 0.7), 19px);
    background: var(--_own);
    color: var(--_own-text);
    font-size: 14px;
    font-weight: 600;
  }
  .button:hover {
    background: color-mix(in oklab, var(--_own), var(--_text) 12%);
  }
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
  .details pre {
    margin: 0;
    padding: 8px 10px;
    border-radius: 8px;
    background: var(--_bg);
    white-space: pre-wrap;
    user-select: all;
  }
  .skeleton {
    flex: 1;
    display: flex;
    flex-direction: column;
    justify-content: flex-end;
    gap: 14px;
    min-block-size: 0;
    padding: 16px;
    overflow: hidden;
    animation: appear 0.4s 0.15s both;
  }
  .skeleton i {
    flex: none;
    inline-size: 52%;
    block-size: 38px;
    border-radius: min(var(--_radius), 18px);
    background: var(--_surface);
    animation: pulse 1.6s infinite ease-in-out;
  }
  .skeleton i:nth-child(2n) {
    inline-size: 38%;
    animation-delay: 0.2s;
  }
  .skeleton i:nth-child(3n) {
    align-self: flex-end;
    background: color-mix(in srgb, var(--_accent) 16%, var(--_bg));
    animation-delay: 0.4s;
  }
  .skeleton p {
    color: var(--_muted);
    font-size: 13px;
    text-align: center;
    padding-block: 4px 6px;
  }
  @keyframes pulse {
    50% {
      opacity: 0.5;
    }
  }
`
