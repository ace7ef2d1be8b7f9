/** Colours for one stream; each function returns its text unchanged when colours are off. */
export interface Paint {
  /** Whether colours are on. */
  readonly on: boolean
  readonly red: (text: string) => string
  readonly green: (text: string) => string
  readonly yellow: (text: string) => string
  readonly dim: (text: string) => string
  readonly bold: (text: string) => string
  /** One of a few colours, to tell things apart. */
  readonly nth: (index: number) => (text: string) => string
}

/**
 * Decides about colours as `--color` says.
 *
 * @see https://no-color.org: NO_COLOR, when set and not empty, switches automatic colours off
 */
export function choosePaint(
  when: 'auto' | 'always' | 'never',
  isTty: boolean,
  env: Readonly<Record<string, string | undefined>>,
): Paint {
  const auto = isTty && !env.NO_COLOR && env.TERM !== 'dumb'
  const on = when === 'always' || (when === 'auto' && auto)
  const style = (start: number, end: number) => (text: string) =>
    on && text !== '' ? `\u001b[${start}m${text}\u001b[${end}m` : text
  return {
    on,
    red: style(31, 39),
    green: style(32, 39),
    yellow: style(33, 39),
    dim: style(2, 22),
    bold: style(1, 22),
    nth: (index) => style(TELLING_APART[index % TELLING_APART.length] ?? 36, 39),
  }
}

/** Cyan, yellow, green, magenta, blue and their bright kin; not red, which means trouble. */
const TELLING_APART = [36, 33, 32, 35, 34, 96, 93, 92, 95, 94]

/** Text from elsewhere made safe to show: control characters (escape sequences among them) become `\xNN`. */
export function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (char) => {
    if (char === '\n') return '\\n'
    if (char === '\t') return '\\t'
    return `\\x${(char.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}`
  })
}
