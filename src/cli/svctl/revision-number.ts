/** The number of a revision as people type it; `null` for anything else. */
export function revisionNumber(text: string): number | null {
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : null
}

export function wrongRevision(text: string): string {
  return `a revision is a whole number as svctl history shows it, got ${JSON.stringify(text)}`
}
