import type { DiagnosticCode } from './diagnostic-code.ts'
import type { Span } from './span.ts'

/**
 * How the answer may err because of a problem in the user's input: `none` cannot change it, `wider` the cluster may
 * allow less than we say, `narrower` it may allow more, `unknown` either.
 */
export type Effect = 'none' | 'wider' | 'narrower' | 'unknown'

/**
 * A problem in the user's input, as a value: collected, reported with its place, and analysis goes on.
 * `code` is one of the closed union `DiagnosticCode`; each is described beside its code there.
 */
export interface Diagnostic {
  readonly code: DiagnosticCode
  readonly span: Span
  readonly message: string
  readonly hint: string
  readonly effect: Effect
}

export function diagnostic(
  code: DiagnosticCode,
  span: Span,
  detail: { readonly message: string; readonly hint: string; readonly effect: Effect },
): Diagnostic {
  return { code, span, ...detail }
}
