/** The command line asks for something that does not exist or cannot be done; the hint says what would work. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  readonly hint: string

  constructor(message: string, hint: string) {
    super(message)
    this.hint = hint
  }
}

/** A side of the comparison could not be read, so there is no answer. */
export class UnreadableSideError extends Error {
  override readonly name = 'UnreadableSideError'
  readonly hint: string

  constructor(message: string, hint: string, options?: ErrorOptions) {
    super(message, options)
    this.hint = hint
  }
}
