/**
 * A qualifier is a list of conditions that all hold, sorted and joined by ` and `. Texts are opaque and admit nothing of
 * each other, but for names of hosts behind `to ` and `query `: `*.example.com` holds `api.example.com` and
 * `*.eu.example.com`, not `example.com`; with ` (one level)` behind it a `*` stays within one label; a lone `*` holds
 * every name.
 */
const conditionsOf = (qualifier: string): string[] => qualifier.split(' and ')

/** One qualifier for several conditions. A text that holds ` and ` stays one condition. */
export const allConditions = (...conditions: readonly string[]): string =>
  [...new Set(conditions.map((condition) => condition.replaceAll(' and ', '\u00a0and\u00a0')))].sort().join(' and ')

/** Whether all that one qualifier admits is admitted by another: each of its conditions follows from one of the other's. */
export function holdsQualifier(outer: string, inner: string): boolean {
  if (outer === inner) return true
  const narrower = conditionsOf(inner)
  return conditionsOf(outer).every((wide) => narrower.some((narrow) => holdsCondition(wide, narrow)))
}

const named = /^(to|query) (\S+)( \(one level\))?$/

function holdsCondition(outer: string, inner: string): boolean {
  if (outer === inner) return true
  const [, kind, pattern, oneLevel] = named.exec(outer) ?? []
  const [, otherKind, name, otherLevel] = named.exec(inner) ?? []
  if (pattern === undefined || name === undefined || kind !== otherKind) return false
  if (pattern === '*') return true
  if (oneLevel === undefined) return pattern.startsWith('*.') && name.endsWith(pattern.slice(1))
  return otherLevel === undefined && !name.startsWith('*') && withinOneLevel(pattern, name)
}

/** `*` stands for letters, digits, `-` and `_`, or for nothing. */
function withinOneLevel(pattern: string, name: string): boolean {
  const parts = pattern.split(/\*+/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('[-a-z0-9_]*')}$`).test(name)
}

/** What both admit: the conditions of both, without those that follow from another one. */
export function meetQualifiers(a: string, b: string): string {
  const all = [...new Set([...conditionsOf(a), ...conditionsOf(b)])]
  const telling = all.filter((wide) => !all.some((narrow) => narrow !== wide && holdsCondition(wide, narrow)))
  return telling.sort().join(' and ')
}

/** `HTTP GET /cart, host shop.example`, `to api.example`. */
export function showQualifier(qualifier: string): string {
  const conditions = conditionsOf(qualifier)
  if (!conditions.includes('HTTP')) return conditions.join(' and ')
  const valuesOf = (name: string): string[] =>
    conditions.filter((condition) => condition.startsWith(`${name} `)).map((found) => found.slice(name.length + 1))
  const isTold = /^(HTTP$|method |path )/
  const request = ['HTTP', ...valuesOf('method'), ...valuesOf('path')].join(' ')
  return [request, ...conditions.filter((condition) => !isTold.test(condition))].join(', ')
}
