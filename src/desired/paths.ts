/** @returns the part before the last `/`, as Python's `os.path.dirname`: '' for a bare name, '/' for `/x` */
export function directoryOf(path: string): string {
  const head = path.slice(0, path.lastIndexOf('/') + 1)
  return /^\/*$/.test(head) ? head : head.replace(/\/+$/, '')
}

/** @returns `path` from the root, `.` and `..` resolved, relative ones taken from `cwd` (absolute) */
export function absolutePath(path: string, cwd: string): string {
  const parts: string[] = []
  for (const part of (path.startsWith('/') ? path : `${cwd}/${path}`).split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return `/${parts.join('/')}`
}
