import { everything, type LabelExpression, nothing } from '../model/label-expression.ts'
import { assertNever } from '../source/assert-never.ts'

/** Starts of keys that Cilium's default filter leaves out of a pod's identity; a longer included start wins. */
const ignored = [
  /^io\.kubernetes/,
  /^kubernetes\.io/,
  /^statefulset\.kubernetes\.io\/pod-name/,
  /^apps\.kubernetes\.io\/pod-index/,
  /^batch\.kubernetes\.io\/job-completion-index/,
  /^batch\.kubernetes\.io\/controller-uid/,
  /^.*beta\.kubernetes\.io/,
  /^k8s\.io/,
  /^pod-template-generation/,
  /^pod-template-hash/,
  /^controller-revision-hash/,
  /^controller-uid/,
  /^annotation/,
  /^etcd_node/,
  /^topology\.kubernetes\.io/,
]
const included = [/^io\.kubernetes\.pod\.namespace/, /^io\.cilium\.k8s\./, /^app\.kubernetes\.io/]

const longest = (patterns: readonly RegExp[], key: string): number =>
  Math.max(0, ...patterns.map((pattern) => pattern.exec(key)?.[0].length ?? 0))

/**
 * Whether a label of a pod is part of its identity, so that selectors can see it. A custom filter of the agents may say
 * otherwise; the default one is taken.
 * @see https://docs.cilium.io/en/stable/operations/performance/scalability/identity-relevant-labels/
 */
export function isIdentityLabel(key: string): boolean {
  const left = longest(ignored, key)
  return left === 0 || longest(included, key) > left
}

/** What Cilium makes of a selector over pods: a label that is no part of their identity is as good as missing. */
export function overIdentity(expression: LabelExpression): LabelExpression {
  switch (expression.kind) {
    case 'requirement':
      if (isIdentityLabel(expression.key)) return expression
      return expression.operator === 'NotIn' || expression.operator === 'DoesNotExist' ? everything : nothing
    case 'all':
    case 'any': {
      const of = expression.of.map(overIdentity)
      return of.every((part, index) => part === expression.of[index]) ? expression : { kind: expression.kind, of }
    }
    case 'not': {
      const of = overIdentity(expression.of)
      return of === expression.of ? expression : { kind: 'not', of }
    }
    case 'unreadable':
      return expression
    default:
      return assertNever(expression)
  }
}
