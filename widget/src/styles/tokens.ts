/**
 * Colours, sizes and the three public custom properties. Public properties are only read, never set, here: a value set
 * on `:root`, on a wrapper or on the element itself reaches the room the same way. `--_x` is private.
 */
import { css } from 'lit'

export const tokens = css`
  :host {
    --_accent: var(--alcove-accent, #4a54e1);
    --_radius: var(--alcove-radius, 16px);
    --_density: var(--alcove-density, 1);
    --_bg: var(--alcove-background, light-dark(#fff, #15171c));
    --_surface: var(--alcove-surface, light-dark(#f1f2f6, #24272f));
    --_text: var(--alcove-text, light-dark(#1b1d24, #e8eaf0));
    --_muted: var(--alcove-muted, light-dark(#5d6575, #a1a9b9));
    --_line: var(--alcove-border, light-dark(#e4e6ec, #2d313a));
    --_own: var(--alcove-own-background, var(--_accent));
    --_own-text: var(--alcove-own-text, #fff);
    --_accent-text: light-dark(var(--_accent), color-mix(in oklab, var(--_accent), #fff 55%));
    --_danger: var(--alcove-danger, light-dark(#b3261e, #ff9d94));
    --_success: var(--alcove-success, light-dark(#17693c, #7fd6a2));
    --_warning: light-dark(#7a4d00, #f0c674);
    --_shadow: 0 1px 2px #0000000d, 0 8px 24px light-dark(#1b1d2420, #00000080);
    --_gap: calc(4px * var(--_density));
    --_font: var(--alcove-font, system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif);
    /* Some text fonts have monochrome emoji. */
    --_emoji: 'Apple Color Emoji', 'Segoe UI Emoji', 'Noto Color Emoji', var(--_font);
    --_size: var(--alcove-font-size, 15px);
  }
  :host([density='compact']) {
    --_density: var(--alcove-density, 0.7);
  }
  @supports (color: oklch(from red l c h)) {
    :host {
      --_own-text: var(--alcove-own-text, oklch(from var(--_own) clamp(0.16, (0.63 - l) * 1000, 1) 0 h));
      --_accent-text: light-dark(
        oklch(from var(--_accent) min(l, 0.5) c h),
        oklch(from var(--_accent) max(l, 0.78) min(c, 0.12) h)
      );
    }
  }
  /*
   * Stops inherited text styles of the page, such as shadows, indents and spacing. Custom properties and direction pass
   * through.
   */
  .frame {
    all: initial;
    color-scheme: inherit;
  }
  .frame.auto {
    color-scheme: light dark;
  }
  :host([theme='light']) .frame {
    color-scheme: light;
  }
  :host([theme='dark']) .frame {
    color-scheme: dark;
  }
  @media (prefers-contrast: more) {
    :host {
      --_muted: var(--_text);
      --_line: var(--_text);
    }
  }
`
