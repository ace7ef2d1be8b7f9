/**
 * What Python's `str.isspace()` accepts. JavaScript's `\s` differs: it has U+FEFF and lacks U+001C to U+001F and U+0085.
 */
export const BLANK = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000'

const ONE = new RegExp(`^[${BLANK}]$`)
const RUN = new RegExp(`[${BLANK}]+`)

/** The text without blanks around it, as Python's `str.strip()` does it. */
export function strip(text: string): string {
  return stripEnd(text.slice(leadingBlanks(text)))
}

/** The text without blanks after it, as Python's `str.rstrip()` does it. */
export function stripEnd(text: string): string {
  let end = text.length
  while (end > 0 && isBlankCode(text.charCodeAt(end - 1))) end--
  return text.slice(0, end)
}

/** How many UTF-16 units of blanks a text begins with. */
export function leadingBlanks(text: string): number {
  let start = 0
  while (start < text.length && isBlankCode(text.charCodeAt(start))) start++
  return start
}

/** Whether this one character is a blank. */
export function isBlank(char: string): boolean {
  return char.length === 1 && isBlankCode(char.charCodeAt(0))
}

/** The words between blanks, as Python's `str.split()` gives them. */
export function splitBlanks(text: string): string[] {
  return text.split(RUN).filter((word) => word !== '')
}

/** Called for both ends of every line and value of a configuration: nearly all of them are ASCII. */
function isBlankCode(code: number): boolean {
  if (code <= 0x20) return (code >= 0x09 && code <= 0x0d) || code >= 0x1c
  return code >= 0x80 && ONE.test(String.fromCharCode(code))
}
