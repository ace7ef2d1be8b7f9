/**
 * Left-aligned columns, two blanks apart, nothing after the last.
 *
 * @param rows - all of the same length
 */
export function renderTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => width(row[column] ?? ''))))
  return rows
    .map((row) => {
      const cells = row.map((cell, i) => (i === row.length - 1 ? cell : pad(cell, (widths[i] ?? 0) + 2)))
      return `${cells.join('').trimEnd()}\n`
    })
    .join('')
}

/** Pads by characters as Python counts them, not by UTF-16 units. */
export function pad(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - width(text)))
}

/** Characters as Python counts them. */
export function width(text: string): number {
  return [...text].length
}
