import { describe, expect, test } from 'vitest'
import type { Finding } from '../../src/rules/finding.ts'
import { rules } from '../../src/rules/registry.ts'
import type { Example } from './page.ts'
import { runExample } from './run-example.ts'

const till = `apiVersion: apps/v1
kind: Deployment
metadata: {name: till, namespace: shop}
spec:
  selector: {matchLabels: {app: till}}
  template:
    metadata: {labels: {app: till}}
    spec: {containers: [{name: till, image: "till:1"}]}
`

const configFor = (cni: string): string => `version: 1
extends: strict
clusters: {shop: {sources: [{manifests: "**"}]}}
network: {cni: ${cni}}
`

interface Dialect {
  readonly name: string
  readonly cni: string
  /** A policy of the tree, which tells its language: it isolates the egress of the till. */
  readonly policy: string
  readonly apiVersion: string
}

const dialects: readonly Dialect[] = [
  {
    name: 'NetworkPolicies under Cilium',
    cni: 'cilium',
    policy: `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: till, namespace: shop}
spec: {podSelector: {matchLabels: {app: till}}, policyTypes: [Egress]}
`,
    apiVersion: 'networking.k8s.io/v1',
  },
  {
    name: 'policies of Cilium',
    cni: 'cilium',
    policy: `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: till, namespace: shop}
spec: {endpointSelector: {matchLabels: {app: till}}, egress: [{}]}
`,
    apiVersion: 'cilium.io/v2',
  },
  {
    name: 'clusterwide policies of Cilium',
    cni: 'cilium',
    policy: `apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: till}
spec: {endpointSelector: {matchLabels: {app: till}}, egress: [{}]}
`,
    apiVersion: 'cilium.io/v2',
  },
]

function run(files: Readonly<Record<string, string>>, cni: string, id: string): Finding[] {
  const rule = rules.find((found) => found.id === id)
  if (rule === undefined) throw new Error(`no rule ${id}`)
  const head = new Map(Object.entries(files))
  const example: Example = { name: id, kind: 'invalid', files: { base: new Map(), head }, config: configFor(cni) }
  return runExample(example, rule)
}

describe.each(dialects)('in a tree of $name', ({ cni, policy, apiVersion }) => {
  const files = { 'till.yaml': till, 'policy.yaml': policy }

  test.each(['ns-default-deny-ingress', 'ns-default-deny-egress', 'dns-egress-missing'])(
    'what %s proposes is written in the same language and settles the finding',
    (id) => {
      const [finding] = run(files, cni, id)
      const patch = finding?.patch?.text ?? ''
      expect(patch).toContain(`apiVersion: ${apiVersion}\n`)
      expect(run({ ...files, 'patch.yaml': patch }, cni, id)).toEqual([])
    },
  )
})
