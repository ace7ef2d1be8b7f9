// What may differ between two correct runs is replaced by a name; nothing else is.

const asRe = (r, flags = 'g') =>
  r instanceof RegExp ? new RegExp(r.source, [...new Set(r.flags + flags)].join('')) : new RegExp(r, flags)

export const toRegExp = (r) => (r instanceof RegExp ? r : new RegExp(r))

export const escapeRegExp = (s) => s.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

// Pids in messages, event payloads and status lines: first, one of them may be the number of a port, too.
const PIDS = [
  [/\b(pid)([ :=]\s?'?)(?!0\b)\d+/g, '$1$2<PID>'],
  [/\((\d+)\) with SIG/g, '(<PID>) with SIG'],
  [/\bpid (\d+)\b/g, 'pid <PID>'],
]

const RULES = [
  // log time stamps: 2024-01-02 03:04:05,678
  [/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}/g, '<TS>'],
  // status line times
  [/uptime (?:\d+ days?, )?\d+:\d\d:\d\d/g, 'uptime <UPTIME>'],
  [/\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d\d \d\d:\d\d [AP]M\b/g, '<STOPTIME>'],
  // AUTO child log names: NAME-stdout---IDENT-abcd1234.log
  [/(-std(?:out|err)---[^\s/]*?-)[A-Za-z0-9_]{4,16}(\.log)/g, '$1<RAND>$2'],
  [/\bwhen:\d{9,}/g, 'when:<TIME>'],
  // the client's last resort, "error: <class 'x.y'>, text: file: F line: N", is python's
  [/^error: .*$/gm, 'error: <EXCEPTION>'],
  // what a program calls itself in its usage texts
  [/For help, use \S.*? -h/g, 'For help, use <PROGRAM> -h'],
  [/Usage: \S.*? \[options\]/g, 'Usage: <PROGRAM> [options]'],
  [/\bsocket:\[\d+\]/g, 'socket:[<N>]'],
  [/\bpipe:\[\d+\]/g, 'pipe:[<N>]'],
]

/** subs: [[literal, name]...], longest first wins. */
export function makeNormaliser(subs, extra = []) {
  const literals = subs
    .filter(([s]) => s)
    .sort((a, b) => b[0].length - a[0].length)
    .map(([s, name]) => [new RegExp(escapeRegExp(s) + (/\d$/.test(s) ? '(?!\\d)' : ''), 'g'), name])
  const more = extra.map(([r, t]) => [asRe(r), t])
  return (text) => {
    let out = text
    for (const [re, t] of PIDS) out = out.replace(re, t)
    for (const [re, name] of literals) out = out.replace(re, () => name)
    for (const [re, t] of [...RULES, ...more]) out = out.replace(re, t)
    return out
  }
}

/** Text to lines, with control characters made visible. A last line without \n says so. */
export function toLines(text) {
  if (text === '') return []
  const lines = text.split('\n')
  if (lines[lines.length - 1] === '') lines.pop()
  else lines[lines.length - 1] += '<no newline>'
  return lines.map((l) =>
    // eslint-disable-next-line no-control-regex
    l.replace(/[\x00-\x08\x0b-\x1f\x7f]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`),
  )
}

/** The modifiers a step may carry, applied to normalised lines in this order. */
export function applyModifiers(lines, mod) {
  let out = lines
  if (mod.replace) {
    const rs = mod.replace.map(([r, t]) => [asRe(r), t])
    out = out.map((l) => rs.reduce((s, [re, t]) => s.replace(re, t), l))
  }
  if (mod.from) {
    const re = toRegExp(mod.from)
    const i = out.findIndex((l) => re.test(l))
    out = i < 0 ? ['(no line matches "from")'] : out.slice(i)
  }
  if (mod.only) {
    const re = toRegExp(mod.only)
    out = out.filter((l) => re.test(l))
  }
  if (mod.drop) {
    const re = toRegExp(mod.drop)
    out = out.filter((l) => !re.test(l))
  }
  if (mod.first) out = out.slice(0, mod.first)
  if (mod.last) out = out.slice(-mod.last)
  if (mod.sort) out = [...out].sort()
  if (mod.uniq) out = out.filter((l, i) => i === 0 || l !== out[i - 1])
  if (mod.count) out = [`lines: ${out.length}`]
  return out
}
