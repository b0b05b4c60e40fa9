import type { Severity } from './severity.ts'

export const presetNames = ['pitfalls', 'recommended', 'strict'] as const

export type PresetName = (typeof presetNames)[number]

/** Severity of each rule a preset switches on; a rule that is not listed is off. */
export type Preset = ReadonlyMap<string, Severity>

/** Mistakes in how a policy is written, with no opinion on posture. */
const pitfalls: readonly (readonly [string, Severity])[] = [
  ['calico-global-set-unseen', 'error'],
  ['calico-order-tie', 'warning'],
  ['calico-port-range-as-name', 'error'],
  ['calico-source-ports', 'warning'],
  ['calico-unreachable-rule', 'warning'],
  ['cluster-policy-cidr-hits-pods', 'error'],
  ['cluster-policy-priority-clash', 'error'],
  ['cni-unsupported-field', 'warning'],
  ['cni-unsupported-kind', 'warning'],
  ['cnp-default-deny-disabled', 'note'],
  ['cnp-deny-only-isolates', 'error'],
  ['cnp-empty-list', 'warning'],
  ['cnp-empty-rule', 'warning'],
  ['cnp-invalid-spec', 'error'],
  ['dns-egress-missing', 'error'],
  ['dns-tcp-missing', 'warning'],
  ['egress-only-isolates-ingress', 'warning'],
  ['fqdn-without-dns-proxy', 'error'],
  ['ip-block-in-cluster', 'warning'],
  ['named-port-unresolved', 'error'],
  ['namespace-label-unknown', 'warning'],
  ['peer-missing-namespace-selector', 'error'],
  ['policy-types-mismatch', 'error'],
  ['redundant-rule', 'note'],
  ['selector-matches-no-workload', 'warning'],
  ['service-port-used', 'error'],
  ['shadowed-policy', 'note'],
  ['split-selector-peers', 'warning'],
  ['tightening-without-effect', 'note'],
]

const isolation: readonly (readonly [string, Severity])[] = [
  ['cni-no-enforcement', 'error'],
  ['default-deny-neutralised', 'error'],
  ['global-deny-hits-control-plane', 'error'],
  ['ns-default-deny-egress', 'warning'],
  ['ns-default-deny-ingress', 'error'],
]

const overPermission: readonly (readonly [string, Severity])[] = [
  ['egress-any-ip', 'error'],
  ['empty-peer-list', 'error'],
  ['fqdn-wildcard', 'warning'],
  ['fqdn-without-ports', 'warning'],
  ['ingress-any-ip', 'warning'],
  ['metadata-ip-reachable', 'error'],
  ['ports-without-peers', 'warning'],
  ['world-entity', 'warning'],
]

const exposureChanges: readonly (readonly [string, Severity])[] = [
  ['isolation-lost', 'error'],
  ['new-cross-namespace-access', 'warning'],
  ['new-internet-egress', 'error'],
  ['new-internet-exposure', 'error'],
  ['policy-removed', 'warning'],
  ['policy-weakened', 'warning'],
  ['sensitive-port-newly-reachable', 'error'],
]

const recommended = [...pitfalls, ...isolation, ...overPermission, ...exposureChanges]
const strict = [...recommended, ['ns-default-deny-egress', 'error'] as const]

export const presets: Readonly<Record<PresetName, Preset>> = {
  pitfalls: new Map(pitfalls),
  recommended: new Map(recommended),
  strict: new Map(strict),
}

export const presetDescriptions: Readonly<Record<PresetName, string>> = {
  pitfalls: 'mistakes in how policies are written, with no opinion on posture; for repositories with much old debt',
  recommended: 'pitfalls, isolation, over-permission and what a change newly exposes',
  strict: 'recommended, and a namespace without default deny for egress is an error',
}
