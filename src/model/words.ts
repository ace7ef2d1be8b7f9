/** The words of a command line, or why it has none. */
export type Words =
  | { readonly ok: true; readonly words: readonly string[] }
  | { readonly ok: false; readonly error: 'No closing quotation' | 'No escaped character' }

/**
 * Splits a command line as a POSIX shell would, without any expansion, comment or operator.
 *
 * Blanks separate; `'…'` is verbatim; in `"…"` only `\"` and `\\` are escapes; `\c` elsewhere is `c`; pieces without
 * a blank between them join; `""` is an empty word.
 *
 * @see Python's shlex.split, which Supervisor uses for `command`
 */
export function splitWords(line: string): Words {
  const words: string[] = []
  let word: string | null = null // null between words; '' is a word once a quote was seen
  let quote: "'" | '"' | null = null
  let escaping = false

  for (const char of line) {
    if (escaping) {
      const escapable: boolean = quote === null || char === '\\' || char === '"'
      word = (word ?? '') + (escapable ? char : `\\${char}`)
      escaping = false
    } else if (char === '\\' && quote !== "'") {
      word ??= ''
      escaping = true
    } else if (quote !== null) {
      if (char === quote) quote = null
      else word = (word ?? '') + char
    } else if (char === "'" || char === '"') {
      word ??= ''
      quote = char
    } else if (char === ' ' || char === '\t' || char === '\r' || char === '\n') {
      if (word !== null) words.push(word)
      word = null
    } else {
      word = (word ?? '') + char
    }
  }

  if (escaping) return { ok: false, error: 'No escaped character' }
  if (quote !== null) return { ok: false, error: 'No closing quotation' }
  if (word !== null) words.push(word)
  return { ok: true, words }
}
