/** The views shown instead of the messages: an empty room, waiting, and every reason why there is no room. */
import { css } from 'lit'

export const states = css`
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
