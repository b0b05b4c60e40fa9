/** A stream that a command writes to, and what it knows of who reads it. */
export interface Output {
  write(text: string): void
  readonly isTerminal: boolean
  /** Columns of the terminal; of anything else, how wide text is made for people. */
  readonly columns: number
}

/** The world as a command sees it; a test hands in its own. */
export interface Io {
  readonly stdout: Output
  readonly stderr: Output
  readonly env: Readonly<Record<string, string | undefined>>
  /** Absolute path. */
  readonly cwd: string
  readonly now: Date
}

/** Whether to colour what goes to a stream: only for a terminal, unless the environment asks otherwise. */
export function wantsColour({ isTerminal }: Output, { NO_COLOR, FORCE_COLOR }: Io['env']): boolean {
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false
  return isTerminal || (FORCE_COLOR !== undefined && FORCE_COLOR !== '' && FORCE_COLOR !== '0')
}
