/** What XML 1.0 does not allow, lone surrogates among it. */
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\p{Surrogate}]/gu
const SPECIAL = /[&<>\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\p{Surrogate}]/u

/** @returns the text with every character that XML forbids replaced by U+FFFD */
export function cleanText(text: string): string {
  return text.replace(FORBIDDEN, '\ufffd')
}

/**
 * Text as it stands between tags: `&`, `<` and `>` escaped, what XML forbids replaced by U+FFFD.
 *
 * The original sends forbidden characters raw, which no parser accepts; a log with one control character cannot be read
 * there at all.
 */
export function escapeText(text: string): string {
  if (!SPECIAL.test(text)) return text
  return cleanText(text).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
}
