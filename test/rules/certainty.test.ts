import { expect, test } from 'vitest'
import dnsEgressMissing from '../../src/rules/dns-egress-missing.ts'
import dnsTcpMissing from '../../src/rules/dns-tcp-missing.ts'
import metadataIpReachable from '../../src/rules/metadata-ip-reachable.ts'
import namedPortUnresolved from '../../src/rules/named-port-unresolved.ts'
import namespaceLabelUnknown from '../../src/rules/namespace-label-unknown.ts'
import peerMissingNamespaceSelector from '../../src/rules/peer-missing-namespace-selector.ts'
import type { Rule } from '../../src/rules/rule.ts'
import selectorMatchesNoWorkload from '../../src/rules/selector-matches-no-workload.ts'
import splitSelectorPeers from '../../src/rules/split-selector-peers.ts'
import { runExample } from './run-example.ts'

/** More may be applied than is seen: nothing says which manifests belong together. */
const openCluster = 'version: 1\nextends: recommended\n'

const pod = (name: string, namespace = 'shop', port = '{containerPort: 8443, name: tls}'): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, namespace: ${namespace}, labels: {app: ${name}}}\nspec: {containers: [{name: ${name}, image: shop.example/${name}, ports: [${port}]}]}\n`
const namespace = (name: string, labels = '{}'): string =>
  `apiVersion: v1\nkind: Namespace\nmetadata: {name: ${name}, labels: ${labels}}\n`
const policy = (spec: string): string =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: payments, namespace: shop}\nspec: ${spec}\n`
const ingress = (from: string, ports = '[]'): string =>
  policy(`{podSelector: {matchLabels: {app: payments}}, ingress: [{from: ${from}, ports: ${ports}}]}`)
const egress = (to: string, ports = '[]'): string =>
  policy(`{podSelector: {matchLabels: {app: payments}}, policyTypes: [Egress], egress: [{to: ${to}, ports: ${ports}}]}`)

const byName = (name: string): string => `[{namespaceSelector: {matchLabels: {name: ${name}}}}]`
const scraper = '[{podSelector: {matchLabels: {app: scraper}}}]'
const split = '[{namespaceSelector: {matchLabels: {team: ops}}}, {podSelector: {matchLabels: {app: scraper}}}]'
const misspelt = policy('{podSelector: {matchLabels: {app: paymnts}}, policyTypes: [Ingress]}')
const operated = 'apiVersion: databases.shop.example/v1\nkind: Cluster\nmetadata: {name: stock, namespace: shop}\n'
const kubeDns = '[{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}}]'

interface Case {
  readonly name: string
  readonly rule: Rule
  readonly objects: readonly string[]
  readonly open?: boolean
  /** Severity and confidence; undefined: nothing is said. */
  readonly says: string | undefined
}

const cases: readonly Case[] = [
  {
    name: 'a misspelt selector',
    rule: selectorMatchesNoWorkload,
    objects: [misspelt, pod('payments')],
    says: 'warning certain',
  },
  {
    name: 'a misspelt selector, open cluster',
    rule: selectorMatchesNoWorkload,
    objects: [misspelt, pod('payments')],
    open: true,
    says: 'note possible',
  },
  {
    name: 'an operator may make the pods',
    rule: selectorMatchesNoWorkload,
    objects: [misspelt, pod('payments'), operated],
    says: 'note possible',
  },
  {
    name: 'a peer of another namespace',
    rule: peerMissingNamespaceSelector,
    objects: [ingress(scraper), pod('payments'), pod('scraper', 'ops')],
    says: 'error certain',
  },
  {
    name: 'a peer of another namespace, open cluster',
    rule: peerMissingNamespaceSelector,
    objects: [ingress(scraper), pod('payments'), pod('scraper', 'ops')],
    open: true,
    says: 'note possible',
  },
  {
    name: 'a peer beside a lone namespace is a split one',
    rule: peerMissingNamespaceSelector,
    objects: [ingress(split), pod('payments'), pod('scraper', 'ops')],
    says: undefined,
  },
  {
    name: 'split, the local half is nobody',
    rule: splitSelectorPeers,
    objects: [ingress(split), pod('payments')],
    says: 'error certain',
  },
  {
    name: 'split, the local half exists',
    rule: splitSelectorPeers,
    objects: [ingress(split), pod('payments'), pod('scraper')],
    says: 'warning likely',
  },
  {
    name: 'split, workloads live elsewhere',
    rule: splitSelectorPeers,
    objects: [ingress(split)],
    says: 'warning likely',
  },
  {
    name: 'name of a declared namespace',
    rule: namespaceLabelUnknown,
    objects: [ingress(byName('ops')), namespace('ops'), namespace('shop')],
    says: 'error certain',
  },
  {
    name: 'name of a system namespace',
    rule: namespaceLabelUnknown,
    objects: [ingress(byName('kube-system')), namespace('shop')],
    says: 'warning likely',
  },
  {
    name: 'name of a namespace that is only mentioned',
    rule: namespaceLabelUnknown,
    objects: [ingress(byName('ops')), pod('scraper', 'ops')],
    says: 'note possible',
  },
  {
    name: 'a label of which nothing is known',
    rule: namespaceLabelUnknown,
    objects: [ingress('[{namespaceSelector: {matchLabels: {team: ops}}}]'), pod('scraper', 'ops')],
    says: undefined,
  },
  {
    name: 'a named port nobody has',
    rule: namedPortUnresolved,
    objects: [ingress('[{podSelector: {}}]', '[{port: web}]'), pod('payments')],
    says: 'error certain',
  },
  {
    name: 'a named port nobody has, open cluster',
    rule: namedPortUnresolved,
    objects: [ingress('[{podSelector: {}}]', '[{port: web}]'), pod('payments')],
    open: true,
    says: 'note possible',
  },
  {
    name: 'a named port one of two has',
    rule: namedPortUnresolved,
    objects: [
      egress('[{podSelector: {}}]', '[{port: web}]'),
      pod('payments'),
      pod('web', 'shop', '{containerPort: 80, name: web}'),
    ],
    says: undefined,
  },
  {
    name: 'no DNS',
    rule: dnsEgressMissing,
    objects: [egress('[{podSelector: {}}]'), pod('payments')],
    says: 'error certain',
  },
  {
    name: 'no DNS, open cluster',
    rule: dnsEgressMissing,
    objects: [egress('[{podSelector: {}}]'), pod('payments')],
    open: true,
    says: 'note possible',
  },
  {
    name: 'DNS by a label that says nothing about the DNS pods',
    rule: dnsEgressMissing,
    objects: [egress('[{namespaceSelector: {matchLabels: {team: ops}}}]'), pod('payments')],
    says: undefined,
  },
  {
    name: 'DNS over other pods of its namespace',
    rule: dnsEgressMissing,
    objects: [
      egress(
        '[{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}, podSelector: {matchLabels: {app: resolver}}}]',
        '[{port: 53, protocol: UDP}]',
      ),
      pod('payments'),
    ],
    says: 'note possible',
  },
  {
    name: 'no DNS for pods that are not in the tree',
    rule: dnsEgressMissing,
    objects: [policy('{podSelector: {}, policyTypes: [Egress]}')],
    says: 'warning likely',
  },
  {
    name: 'DNS over UDP alone',
    rule: dnsTcpMissing,
    objects: [egress(kubeDns, '[{port: 53, protocol: UDP}]'), pod('payments')],
    says: 'warning certain',
  },
  {
    name: 'metadata on the port that answers',
    rule: metadataIpReachable,
    objects: [egress('[{ipBlock: {cidr: 169.254.0.0/16}}]', '[{port: 80}]')],
    says: 'error certain',
  },
  {
    name: 'metadata on another port',
    rule: metadataIpReachable,
    objects: [egress('[{ipBlock: {cidr: 169.254.0.0/16}}]', '[{port: 443}]')],
    says: 'warning possible',
  },
]

test.each(cases)('$name: $rule.id says $says', ({ name, rule, objects, open, says }) => {
  const files = { base: new Map(), head: new Map([['shop.yaml', objects.join('---\n')]]) }
  const findings = runExample({ name, kind: 'invalid', files, config: open ? openCluster : undefined }, rule)
  expect(findings.map(({ severity, confidence }) => `${severity} ${confidence}`)).toEqual(
    says === undefined ? [] : [says],
  )
})
