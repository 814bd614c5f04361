/** The list of people, over the conversation. */
import { css } from 'lit'

export const panel = css`
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
  .icon {
    display: grid;
    place-items: center;
    inline-size: 36px;
    block-size: 36px;
    flex: none;
    color: var(--_muted);
    border-radius: 50%;
    transition: background 0.15s;
  }
  .icon:hover {
    background: var(--_surface);
    color: var(--_text);
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
  .person .tag {
    flex: none;
  }
  .person .icon {
    margin-inline-start: auto;
  }
  .rename,
  .rename div {
    display: flex;
    flex-wrap: wrap;
    gap: 6px 14px;
    align-items: center;
  }
  .rename {
    margin: 4px 16px 10px;
    font-size: 13px;
  }
  .rename div {
    margin-inline: -4px;
  }
  .rename label {
    flex-basis: 100%;
    color: var(--_muted);
    font-size: 12px;
  }
  .rename input {
    flex: 1 1 140px;
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
    flex-basis: 100%;
    color: var(--_danger);
  }
`
