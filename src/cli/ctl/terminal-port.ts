/** What asking for a line came to. `interrupt` is Ctrl-C, `end` is Ctrl-D or the end of piped input. */
export type LineRead =
  | { readonly kind: 'line'; readonly text: string }
  | { readonly kind: 'end' }
  | { readonly kind: 'interrupt' }

/** How a line is asked for. */
export interface LineRequest {
  readonly prompt: string
  /** Keep it in the history and offer earlier ones. */
  readonly history?: boolean
  /** @returns the candidates and the part of the line that they complete */
  readonly complete?: (line: string) => Promise<readonly [readonly string[], string]>
}

/** Where a command talks to a person, or to a pipe. */
export interface Terminal {
  /** Writes to standard output as it stands. */
  write(text: string): void
  /** Writes to standard error as it stands. */
  warn(text: string): void
  readLine(request: LineRequest): Promise<LineRead>
  /** Reads a line without showing it. */
  readSecret(prompt: string): Promise<LineRead>
  /** Ctrl-C goes to the listener set last; with none it ends the program. @returns the way to take it off */
  onInterrupt(listener: () => void): () => void
}
