import { YAMLException } from 'js-yaml'
import type { DiagnosticCode } from '../source/diagnostic-code.ts'

/** Why one document cannot be read; thrown inside the parser only and turned into a diagnostic at its edge. */
export class YamlProblem extends Error {
  override readonly name = 'YamlProblem'
  readonly code: DiagnosticCode
  /** Offset in the file. */
  readonly offset: number

  constructor(code: DiagnosticCode, offset: number, message: string) {
    super(message)
    this.code = code
    this.offset = offset
  }
}

/** The problem behind an error of the YAML library; its places count from the start of the document. */
export function problemOf(error: unknown, base: number): YamlProblem {
  if (error instanceof YamlProblem) return error
  if (!(error instanceof YAMLException)) throw error
  const code = error.reason.startsWith('nesting exceeded') ? 'depth-limit' : 'document-unparsable'
  return new YamlProblem(code, base + (error.mark?.position ?? 0), error.reason)
}
