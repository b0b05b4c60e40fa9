/**
 * A qualifier is a list of conditions that all hold, joined by ` and `. Texts are opaque and admit nothing of each other,
 * but for destinations by name: `to *.example.com` holds `to api.example.com` and `to *.eu.example.com`, not
 * `to example.com`.
 */
const conditionsOf = (qualifier: string): string[] => qualifier.split(' and ')

/** Whether all that one qualifier admits is admitted by another: each of its conditions follows from one of the other's. */
export function holdsQualifier(outer: string, inner: string): boolean {
  if (outer === inner) return true
  const narrower = conditionsOf(inner)
  return conditionsOf(outer).every((wide) => narrower.some((narrow) => holdsCondition(wide, narrow)))
}

function holdsCondition(outer: string, inner: string): boolean {
  if (outer === inner) return true
  const domain = /^to \*(\.\S+)$/.exec(outer)?.[1]
  return domain !== undefined && /^to \S+$/.test(inner) && inner.endsWith(domain)
}

/** What both admit: the conditions of both, without those that follow from another one. */
export function meetQualifiers(a: string, b: string): string {
  const all = [...new Set([...conditionsOf(a), ...conditionsOf(b)])]
  const telling = all.filter((wide) => !all.some((narrow) => narrow !== wide && holdsCondition(wide, narrow)))
  return telling.sort().join(' and ')
}
