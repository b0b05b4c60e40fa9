import type { Finding } from '../rules/finding.ts'

/**
 * Groups findings that say the same of several files (a base and its overlays, rendered copies): same rule, severity
 * and message but for the path. Order of first appearance is kept.
 */
export function repeatedFindings(findings: readonly Finding[]): readonly (readonly Finding[])[] {
  return [...Map.groupBy(findings, keyOf).values()]
}

function keyOf({ rule, severity, message, at }: Finding): string {
  const { path } = at.span.file
  return JSON.stringify([rule, severity, path === '' ? message : message.replaceAll(path, '')])
}
