import { describe, expect, test } from 'vitest'
import type { LabelExpression } from '../../src/model/label-expression.ts'
import { everything, nothing, requirement } from '../../src/model/label-expression.ts'
import { isIdentityLabel, overIdentity } from '../../src/policies/identity-label.ts'

/** By the default filter of the agents. */
describe('labels that Cilium', () => {
  test.each([
    'app',
    'app.kubernetes.io/name',
    'io.kubernetes.pod.namespace',
    'io.cilium.k8s.policy.serviceaccount',
    'io.cilium.k8s.namespace.labels.team',
    'shop.example/annotation',
    'my.pod-template-hash',
    'statefulset.kubernetes.io/till',
    'batch.kubernetes.io/job-name',
  ])('sees: %s', (key) => expect(isIdentityLabel(key)).toBe(true))

  test.each([
    'io.kubernetes.container.name',
    'kubernetes.io/os',
    'statefulset.kubernetes.io/pod-name',
    'apps.kubernetes.io/pod-index',
    'batch.kubernetes.io/job-completion-index',
    'batch.kubernetes.io/controller-uid',
    'beta.kubernetes.io/arch',
    'node.beta.kubernetes.io/till',
    'k8s.io/till',
    'pod-template-generation',
    'pod-template-hash',
    'controller-revision-hash',
    'controller-uid',
    'annotation.till',
    'etcd_node',
    'topology.kubernetes.io/zone',
  ])('does not: %s', (key) => expect(isIdentityLabel(key)).toBe(false))
})

describe('a selector over pods, as Cilium takes it', () => {
  const hash = (operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist'): LabelExpression =>
    requirement('pod-template-hash', operator, operator.endsWith('In') ? ['7c9f'] : [])
  const web = requirement('app', 'In', ['web'])
  const all = (...of: readonly LabelExpression[]): LabelExpression => ({ kind: 'all', of })
  const not = (of: LabelExpression): LabelExpression => ({ kind: 'not', of })

  test.each([
    { name: 'asks in vain for a label it does not see', written: hash('In'), taken: nothing },
    { name: 'asks in vain whether there is one', written: hash('Exists'), taken: nothing },
    { name: 'rules nothing out by one', written: hash('NotIn'), taken: everything },
    { name: 'finds it missing', written: hash('DoesNotExist'), taken: everything },
    { name: 'within all', written: all(web, hash('In')), taken: all(web, nothing) },
    {
      name: 'within any',
      written: { kind: 'any', of: [hash('In'), web] } as const,
      taken: { kind: 'any', of: [nothing, web] },
    },
    { name: 'within not', written: not(hash('In')), taken: not(nothing) },
  ])('$name', ({ written, taken }) => expect(overIdentity(written)).toEqual(taken))

  test.each([
    { name: 'a condition', written: web },
    { name: 'all', written: all(web, web) },
    { name: 'not', written: not(web) },
    { name: 'what cannot be read', written: { kind: 'unreadable' } as const },
  ])('stays the very same where it sees every label: $name', ({ written }) =>
    expect(overIdentity(written)).toBe(written),
  )
})
