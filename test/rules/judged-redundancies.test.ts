import { describe, expect, test } from 'vitest'
import type { SideView } from '../../src/delta/side-view.ts'
import { unjudgedNotes } from '../../src/delta/unjudged-notes.ts'
import redundantRule from '../../src/rules/redundant-rule.ts'
import type { Rule } from '../../src/rules/rule.ts'
import shadowedPolicy from '../../src/rules/shadowed-policy.ts'
import { analyse, type Manifests, shop } from '../delta/shop-delta.ts'

/** A policy for web whose every rule admits checkout on a port of its own, but for the last, which repeats the first. */
const policy = (rules: number): Manifests => ({
  'shop.yaml': shop,
  'web.yaml': `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Ingress]
  ingress:
${Array.from({ length: rules }, (_, index) => `    - {from: [{podSelector: {matchLabels: {app: checkout}}}], ports: [{port: ${1000 + (index % (rules - 1))}}]}`).join('\n')}
`,
})

function hitsOf(rule: Rule, view: SideView, other: SideView): number {
  if (rule.scope !== 'side') throw new Error(`${rule.id} looks at one side at a time`)
  return [...rule.check({ view, other, options: {} as never, isAsked: () => true })].length
}

describe('rules that add nothing', () => {
  const few = policy(3)
  const many = policy(4600)

  test('are found on both sides', () => {
    const found = analyse(few, few)
    const [base, head] = [found.base as SideView, found.head as SideView]
    expect([hitsOf(redundantRule, base, head), hitsOf(redundantRule, head, base)]).toEqual([1, 1])
    expect(unjudgedNotes([found])).toEqual([])
  })

  test('are told of neither side where one would take hours, and the report says so', () => {
    const found = analyse(few, many)
    const [base, head] = [found.base as SideView, found.head as SideView]
    for (const rule of [redundantRule, shadowedPolicy])
      expect([hitsOf(rule, base, head), hitsOf(rule, head, base)]).toEqual([0, 0])
    expect(unjudgedNotes([found])).toEqual([
      expect.stringMatching(/redundant-rule, shadowed-policy.* not looked for: /),
    ])
    expect(unjudgedNotes([analyse(few, few), found])).toEqual([expect.stringContaining('not looked for in shop: ')])
  })
})
