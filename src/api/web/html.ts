/** Markup that is safe to send: only `html` and `raw` make it. */
export interface Html {
  readonly markup: string
}

/** What may stand in a template. Text is escaped, markup stays, lists are joined, nothing is `null`. */
export type Part = string | number | Html | null | readonly Part[]

/**
 * A template whose every `${…}` is escaped, for text between tags as well as for attributes in double quotes.
 *
 * @example html`<p title="${name}">${name}</p>`
 */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { markup: texts.reduce((before, text, at) => before + markupOf(parts[at - 1] ?? null) + text) }
}

/** Markup of our own making, taken as it stands; never for anything that comes from outside. */
export function raw(markup: string): Html {
  return { markup }
}

/**
 * A query string, encoded; with a name of the form `a=b&c` no parameter can be added.
 *
 * @returns `?name=value&…`, to be put into an attribute by `html`
 */
export function query(parameters: Readonly<Record<string, string>>): string {
  return `?${new URLSearchParams(parameters).toString()}`
}

/** One segment of a path. Unlike `encodeURIComponent` this does not throw for half a character. */
export function segment(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'))
}

function markupOf(part: Part): string {
  if (part === null) return ''
  if (typeof part === 'string') return escapeText(part)
  if (typeof part === 'number') return String(part)
  return 'markup' in part ? part.markup : part.map(markupOf).join('')
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Control characters have no meaning in HTML and some are an error; a program's output has them all the same. */
function escapeText(text: string): string {
  return text
    .replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char)
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\p{Surrogate}]/gu, '\ufffd')
}
