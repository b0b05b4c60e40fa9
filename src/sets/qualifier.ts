/**
 * Whether all that one qualifier admits is admitted by another. Texts are opaque and admit nothing of each other, but
 * for destinations by name: `to *.example.com` holds `to api.example.com` and `to *.eu.example.com`, not `to example.com`.
 */
export function holdsQualifier(outer: string, inner: string): boolean {
  if (outer === inner) return true
  const domain = /^to \*(\.\S+)$/.exec(outer)?.[1]
  return domain !== undefined && /^to \S+$/.test(inner) && inner.endsWith(domain)
}

/** What both admit: the narrower of two where one holds the other, else both in a text of its own. */
export function meetQualifiers(a: string, b: string): string {
  if (holdsQualifier(a, b)) return b
  return holdsQualifier(b, a) ? a : [a, b].sort().join(' and ')
}
