/** A state the types rule out; reaching it is our bug, never the user's. */
export class InternalError extends Error {
  override readonly name = 'InternalError'
}

/** Ends a `switch` over a union: a member that was forgotten fails to compile, one that slipped through fails loudly. */
export function assertNever(value: never): never {
  throw new InternalError(`unexpected value ${JSON.stringify(value)}`)
}
