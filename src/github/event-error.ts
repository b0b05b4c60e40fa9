const USUAL_REMEDY = 'Let the Actions runner start the gate.'

/** The event of this run cannot be understood. `file` is the payload (empty when none is named), `remedy` a way out. */
export class EventError extends Error {
  override readonly name: string = 'EventError'
  readonly file: string
  readonly remedy: string

  constructor(file: string, message: string, options: { readonly cause?: unknown; readonly remedy?: string } = {}) {
    super(message, { cause: options.cause })
    this.file = file
    this.remedy = options.remedy ?? USUAL_REMEDY
  }
}

/** The event has no sides of its own; the inputs may name them. */
export class UnknownEventError extends EventError {
  override readonly name = 'UnknownEventError'
}
