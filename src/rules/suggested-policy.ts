import type { LabelExpression, LabelRequirement } from '../model/label-expression.ts'
import { NAME_LABEL } from '../model/namespace-labels.ts'
import type { DnsService } from '../model/network-profile.ts'
import type { Direction } from '../policies/entry.ts'
import { blockDocument, type Written } from './edit.ts'
import type { PolicyLanguage } from './policy-language.ts'
import { typeName } from './policy-words.ts'

type Mapping = { readonly [key: string]: Written }

/** A policy that closes a namespace for a direction. Egress leaves DNS open, since nothing works without names. */
export function denyAll(
  language: PolicyLanguage,
  namespace: string,
  direction: Direction,
  dns: DnsService | undefined,
): string {
  const metadata = { name: `default-deny-${direction}`, namespace }
  const rules = direction === 'ingress' || dns === undefined ? [] : [dnsRule(language, dns)]
  switch (language) {
    case 'cilium':
      return ciliumPolicy(metadata, {}, { [direction]: rules.length === 0 ? [{}] : rules })
    case 'calico':
      return calicoPolicy(metadata, 'all()', direction, rules)
    case 'kubernetes':
      return networkPolicy(metadata, {}, direction, rules)
  }
}

/** A policy that opens DNS to some pods of a namespace, or of all of them. */
export function allowDns(
  language: PolicyLanguage,
  { namespace, pods }: { readonly namespace: string | undefined; readonly pods: LabelExpression },
  dns: DnsService,
): string {
  const metadata: Mapping = namespace === undefined ? { name: 'allow-dns' } : { name: 'allow-dns', namespace }
  const rules = [dnsRule(language, dns)]
  switch (language) {
    case 'cilium':
      return ciliumPolicy(metadata, writtenSelector(pods), { egress: rules })
    case 'calico':
      return calicoPolicy(metadata, calicoSelector(pods), 'egress', rules)
    case 'kubernetes':
      return networkPolicy(metadata, writtenSelector(pods), 'egress', rules)
  }
}

/** The rule that admits queries to the resolver, for the list of a policy. */
function dnsRule(language: PolicyLanguage, dns: DnsService): Mapping {
  switch (language) {
    case 'cilium':
      return ciliumDnsRule(dns, [{ matchPattern: '*' }])
    case 'calico':
      return calicoDnsRule(dns)
    case 'kubernetes':
      return {
        to: [
          {
            namespaceSelector: { matchLabels: { [NAME_LABEL]: dns.namespace } },
            podSelector: writtenSelector(dns.labels),
          },
        ],
        ports: dns.ports.flatMap((port) => ['UDP', 'TCP'].map((protocol) => ({ protocol, port }))),
      }
  }
}

/** With rules for names, so that hosts can be allowed by name elsewhere. */
export function ciliumDnsRule(dns: DnsService, names: readonly Written[]): Mapping {
  const own = Object.entries(plainLabels(dns.labels) ?? {}).map(([key, value]) => [`k8s:${key}`, value])
  const matchLabels = Object.fromEntries([['k8s:io.kubernetes.pod.namespace', dns.namespace], ...own])
  const ports = dns.ports.map((port) => ({ port: `${port}`, protocol: 'ANY' }))
  return { toEndpoints: [{ matchLabels }], toPorts: [{ ports, rules: { dns: names } }] }
}

const calicoDnsRule = (dns: DnsService): Mapping => ({
  action: 'Allow',
  protocol: 'UDP',
  destination: {
    namespaceSelector: `projectcalico.org/name == '${dns.namespace}'`,
    selector: calicoSelector(dns.labels),
    ports: dns.ports,
  },
})

function networkPolicy(
  metadata: Mapping,
  podSelector: Written,
  direction: Direction,
  rules: readonly Written[],
): string {
  const openings: Mapping = rules.length === 0 ? {} : { [direction]: rules }
  return blockDocument({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata,
    spec: { podSelector, policyTypes: [typeName[direction]], ...openings },
  })
}

const ciliumPolicy = (metadata: Mapping, endpointSelector: Written, rules: Mapping): string =>
  blockDocument({
    apiVersion: 'cilium.io/v2',
    kind: 'namespace' in metadata ? 'CiliumNetworkPolicy' : 'CiliumClusterwideNetworkPolicy',
    metadata,
    spec: { endpointSelector, ...rules },
  })

function calicoPolicy(metadata: Mapping, selector: string, direction: Direction, rules: readonly Written[]): string {
  const openings: Mapping = rules.length === 0 ? {} : { [direction]: rules }
  return blockDocument({
    apiVersion: 'projectcalico.org/v3',
    kind: 'namespace' in metadata ? 'NetworkPolicy' : 'GlobalNetworkPolicy',
    metadata,
    spec: { selector, types: [typeName[direction]], ...openings },
  })
}

/** Labels that a selector asks for by value; undefined where it asks for more. */
function plainLabels(labels: LabelExpression): Record<string, string> | undefined {
  const parts = labels.kind === 'all' ? labels.of : [labels]
  const pairs = parts.map((part) =>
    part.kind === 'requirement' && part.operator === 'In' && part.values.length === 1
      ? ([part.key, part.values[0] as string] as const)
      : undefined,
  )
  const known = pairs.filter((pair) => pair !== undefined)
  return known.length === pairs.length ? Object.fromEntries(known) : undefined
}

const requirementsOf = (labels: LabelExpression): LabelRequirement[] =>
  (labels.kind === 'all' ? labels.of : [labels]).filter((part) => part.kind === 'requirement')

/** A selector as a manifest writes it; the ones here are conjunctions of requirements. */
function writtenSelector(labels: LabelExpression): Written {
  const parts = requirementsOf(labels)
  if (parts.length === 0) return {}
  const pairs = plainLabels({ kind: 'all', of: parts })
  if (pairs !== undefined) return { matchLabels: pairs }
  return {
    matchExpressions: parts.map(({ key, operator, values }) => ({
      key,
      operator,
      ...(values.length === 0 ? {} : { values }),
    })),
  }
}

const calicoOperators: Readonly<Record<string, (key: string, values: string) => string>> = {
  In: (key, values) => `${key} in {${values}}`,
  NotIn: (key, values) => `${key} not in {${values}}`,
  Exists: (key) => `has(${key})`,
  DoesNotExist: (key) => `!has(${key})`,
}

function calicoSelector(labels: LabelExpression): string {
  const parts = requirementsOf(labels).map(({ key, operator, values }) =>
    calicoOperators[operator]?.(key, values.map((value) => `'${value}'`).join(', ')),
  )
  return parts.length === 0 ? 'all()' : parts.join(' && ')
}
