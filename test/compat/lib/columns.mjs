/** Two lists of lines beside each other, as text; only what is near a difference unless full. */
export function sideBySide(ref, cand, { width, full }) {
  const w = Math.max(30, Math.floor((width - 9) / 2))
  const rows = align(ref, cand)
  const near = new Set()
  rows.forEach((r, k) => {
    if (r[2] !== ' ') for (let d = -2; d <= 2; d++) near.add(k + d)
  })
  const out = [`    ${'reference'.padEnd(w)}   ${'candidate'}`, `    ${'-'.repeat(w)} + ${'-'.repeat(w)}`]
  let skipped = false
  rows.forEach(([i, j, mark], k) => {
    if (!full && !near.has(k)) {
      if (!skipped) out.push('    ...')
      skipped = true
      return
    }
    skipped = false
    const l = wrap(i === null ? '' : ref[i], w)
    const r = wrap(j === null ? '' : cand[j], w)
    for (let x = 0; x < Math.max(l.length, r.length); x++)
      out.push(
        `  ${x === 0 ? mark : ' '} ${(l[x] ?? '').padEnd(w)} ${mark === ' ' ? ' ' : mark} ${r[x] ?? ''}`.trimEnd(),
      )
  })
  return out
}

/** The steps that differ: [{ title, ref, cand }]. */
export function compareTranscripts(ref, cand) {
  const diffs = []
  for (let i = 0; i < Math.max(ref.length, cand.length); i++) {
    const r = ref[i]?.lines ?? ['(step not reached)']
    const c = cand[i]?.lines ?? ['(step not reached)']
    if (!same(r, c)) diffs.push({ title: (ref[i] ?? cand[i]).title, ref: r, cand: c })
  }
  return diffs
}

const same = (a, b) => a.length === b.length && a.every((l, i) => l === b[i])

/** longest common subsequence of two short lists: pairs [i, j], with null for a lone line */
function align(a, b) {
  const n = a.length
  const m = b.length
  const t = Array.from({ length: n + 1 }, () => new Uint32Array(m + 1))
  for (let i = n - 1; i >= 0; i--)
    for (let j = m - 1; j >= 0; j--) t[i][j] = a[i] === b[j] ? t[i + 1][j + 1] + 1 : Math.max(t[i + 1][j], t[i][j + 1])
  const rows = []
  let i = 0
  let j = 0
  while (i < n || j < m) {
    if (i < n && j < m && a[i] === b[j]) rows.push([i++, j++, ' '])
    else {
      // a run of differing lines: put them beside each other
      const l = []
      const r = []
      while (i < n || j < m) {
        if (i < n && j < m && a[i] === b[j]) break
        if (j >= m || (i < n && t[i + 1][j] >= t[i][j + 1])) l.push(i++)
        else r.push(j++)
      }
      for (let k = 0; k < Math.max(l.length, r.length); k++)
        rows.push([l[k] ?? null, r[k] ?? null, k >= r.length ? '<' : k >= l.length ? '>' : '|'])
    }
  }
  return rows
}

function wrap(s, w) {
  const out = []
  const chars = [...s]
  for (let i = 0; i < chars.length || i === 0; i += w) out.push(chars.slice(i, i + w).join(''))
  return out
}
