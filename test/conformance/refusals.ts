import type { Diagnostic } from '../../src/source/diagnostic.ts'
import type { DiagnosticCode } from '../../src/source/diagnostic-code.ts'

/** Codes that speak of our own reading or of what is missing around an object: the API server would take the object. */
const accepted: ReadonlySet<DiagnosticCode> = new Set([
  'backend-missing',
  'backend-not-granted',
  'backend-unsupported',
  'cidr-host-bits',
  'gateway-missing',
  'domain-names-need-allow',
  'object-repeated',
  'peer-shape-old',
  'reference-missing',
])

export const isRefusal = ({ code, effect }: Diagnostic): boolean => !accepted.has(code) && effect !== 'none'
