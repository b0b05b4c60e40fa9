const USUAL_REMEDY = 'Let the Actions runner start the gate, or name both sides with the inputs base and head.'

/** The event of this run cannot be understood. `file` is the payload (empty when none is named), `remedy` a way out. */
export class EventError extends Error {
  override readonly name = 'EventError'
  readonly file: string
  readonly remedy: string

  constructor(file: string, message: string, options: { readonly cause?: unknown; readonly remedy?: string } = {}) {
    super(message, { cause: options.cause })
    this.file = file
    this.remedy = options.remedy ?? USUAL_REMEDY
  }
}
