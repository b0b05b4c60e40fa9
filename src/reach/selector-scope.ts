import { expressionKey, type LabelExpression, matchLabels, requirement } from '../model/label-expression.ts'
import type { Labels, Truth } from '../model/labels.ts'
import { NAME_LABEL, undeclaredNamespaceLabels } from '../model/namespace-labels.ts'
import type { NamespaceScope, PodSelector } from '../policies/entry.ts'

/** One text for each scope: scopes with equal keys take in the same namespaces. */
export const scopeKeyOf = (scope: NamespaceScope): string =>
  scope.kind === 'named' ? `=${scope.name}` : `?${expressionKey(scope.expression)}`

const named = new WeakMap<NamespaceScope, LabelExpression>()

/** A scope as a condition on the labels of a namespace: one value for each scope. */
export function scopeExpression(scope: NamespaceScope): LabelExpression {
  if (scope.kind === 'matching') return scope.expression
  const found = named.get(scope) ?? requirement(NAME_LABEL, 'In', [scope.name])
  named.set(scope, found)
  return found
}

const keys = new WeakMap<PodSelector, string>()

/** One text for each selector: selectors with equal keys select the same peers. */
export function selectorKey(selector: PodSelector): string {
  const known = keys.get(selector) ?? makeKey(selector)
  keys.set(selector, known)
  return known
}

function makeKey(selector: PodSelector): string {
  const { clusters } = selector
  const mesh = clusters === undefined ? '' : `@${clusters.own} ${expressionKey(clusters.expression)}`
  const besides = selector.entities === undefined ? '' : `+${selector.entities.join()}`
  const within = selector.addresses === undefined ? '' : `@${selector.addresses.key}`
  const what = `${selector.target}${scopeKeyOf(selector.namespaces)}|${expressionKey(selector.labels)}`
  return `${what}${mesh}${besides}${within}`
}

/** Whether a scope takes in a namespace that has a trace. */
export function inScope(scope: NamespaceScope, name: string, labels: ReadonlyMap<string, Labels>): Truth {
  if (scope.kind === 'named') return scope.name === name ? 'yes' : 'no'
  return matchLabels(scope.expression, labels.get(name) ?? undeclaredNamespaceLabels(name))
}
