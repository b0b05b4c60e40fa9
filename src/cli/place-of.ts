import { regionOf, type Span } from '../source/span.ts'

/** `policies/db.yaml:12`; '' for what nobody wrote. */
export function placeOf(span: Span): string {
  const { path, start } = regionOf(span)
  return path === '' ? '' : `${path}:${start.line}`
}
