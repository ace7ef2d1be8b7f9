import { homedir, userInfo } from 'node:os'

// An arbitrary number in a container has no entry in /etc/passwd, and Node throws where it looks for one.

/** The folder that `~` means: `HOME`, else what the system knows of our user; `/` for one whom it does not know. */
export function homeFolder(): string {
  try {
    return homedir()
  } catch {
    return '/'
  }
}

/** The name of our user, or the number of one whom the system does not know. */
export function userName(): string {
  try {
    return userInfo().username
  } catch {
    return String(process.getuid?.())
  }
}
