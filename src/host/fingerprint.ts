import fs from 'node:fs'

/**
 * What can be told about files without reading them: two equal fingerprints mean that nothing was edited, replaced,
 * added or removed in between.
 *
 * Of folders only the identity counts, since their times change with every unrelated file in them. Links are followed.
 *
 * @param paths - files and folders, in any order
 * @throws never; a path that cannot be seen is part of the fingerprint with its errno
 */
export function fingerprint(paths: Iterable<string>): string {
  return [...new Set(paths)]
    .sort()
    .map((path) => `${JSON.stringify(path)} ${identify(path)}`)
    .join('\n')
}

function identify(path: string): string {
  try {
    // As bigint: nanoseconds and inode numbers do not fit a double.
    const stat = fs.statSync(path, { bigint: true })
    if (stat.isDirectory()) return `folder ${stat.dev} ${stat.ino} ${stat.mode} ${stat.uid} ${stat.gid}`
    // ctime too: it cannot be set back by tools that keep mtime (cp -p, rsync -t), and tells of chmod and chown.
    return `${stat.dev} ${stat.ino} ${stat.size} ${stat.mtimeNs} ${stat.ctimeNs}`
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code)
  }
}
