import { habitsOf } from '../../src/model/network-plugin.ts'
import { defaultProfile, type NetworkProfile } from '../../src/model/network-profile.ts'
import { manifest } from './store.ts'

/** A cluster whose policies Calico enforces; without a version, the newest. */
export function calico(version?: string): NetworkProfile {
  const cni = { name: 'calico', version }
  return { ...defaultProfile, ...habitsOf(cni), cni }
}

const object =
  (kind: string, group = 'projectcalico.org/v3') =>
  (spec: string, name = 'rules', namespace?: string): string =>
    manifest(
      group,
      kind,
      namespace === undefined ? `{name: ${name}}` : `{name: ${name}, namespace: ${namespace}}`,
      spec,
    )

const namespaced =
  (kind: string, group?: string) =>
  (spec: string, name?: string): string =>
    object(kind, group)(spec, name, 'store')

/** Specs as objects: a NetworkPolicy of namespace store, one of the cluster, and what they refer to. */
export const np = namespaced('NetworkPolicy')
export const storedNp = namespaced('NetworkPolicy', 'crd.projectcalico.org/v1')
export const staged = namespaced('StagedNetworkPolicy')
export const gnp = object('GlobalNetworkPolicy')
export const storedGnp = object('GlobalNetworkPolicy', 'crd.projectcalico.org/v1')
export const tier = object('Tier')
export const knp = (spec: string, name = 'plain'): string =>
  manifest('networking.k8s.io/v1', 'NetworkPolicy', `{name: ${name}, namespace: store}`, spec)
export const cnp = (spec: string, name = 'admins'): string =>
  manifest('policy.networking.k8s.io/v1alpha2', 'ClusterNetworkPolicy', `{name: ${name}}`, spec)
export const anp = (spec: string): string =>
  manifest('policy.networking.k8s.io/v1alpha1', 'AdminNetworkPolicy', '{name: admins}', spec)

/** A set of networks with labels in flow style. */
export const globalSet = (labels: string, ...nets: readonly string[]): string =>
  manifest('projectcalico.org/v3', 'GlobalNetworkSet', `{name: partners, labels: ${labels}}`, `nets: [${quoted(nets)}]`)
export const networkSet = (labels: string, ...nets: readonly string[]): string =>
  manifest(
    'projectcalico.org/v3',
    'NetworkSet',
    `{name: partners, namespace: store, labels: ${labels}}`,
    `nets: [${quoted(nets)}]`,
  )

const quoted = (texts: readonly string[]): string => texts.map((text) => `"${text}"`).join(', ')

export const service = (name: string, spec: string): string =>
  manifest('v1', 'Service', `{name: ${name}, namespace: store}`, spec)

/** A pod of its own, in flow style. */
export const pod = (name: string, namespace: string, labels: string, spec: string, address: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, namespace: ${namespace}, labels: ${labels}}\nspec: ${spec}\nstatus: {podIP: ${address}}\n`

export const account = (name: string, namespace: string, labels: string): string =>
  `apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: ${name}, namespace: ${namespace}, labels: ${labels}}\n`
