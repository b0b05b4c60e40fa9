import { namespaceLine, networkLine } from '../delta/settling-hints.ts'
import type { Doubt } from '../reach/doubts.ts'
import { assertNever } from '../source/assert-never.ts'
import { placeOf } from './place-of.ts'

/** Why something is unknown, with the line of configuration that would settle it where one would. */
export function describeDoubt(doubt: Doubt): string {
  switch (doubt.kind) {
    case 'refused':
      return 'the API server rejects this policy as it stands, or a template writes the action, so it may not be there'
    case 'enforcement':
      return 'it is not known whether the network plugin, or its version, acts on this: name both in the configuration, as in `network: {cni: cilium@1.18}`'
    case 'namespace-labels':
      return `no manifest declares the labels of namespace ${doubt.namespace}: write them down in the configuration, as in ${namespaceLine(doubt.namespace)}`
    case 'labels':
      return 'a selector or the labels it asks for cannot be read'
    case 'block-on-pods':
      return `the network plugin decides whether an ipBlock also matches pods: name it in the configuration, as in ${networkLine}`
    case 'addresses':
      return 'the addresses of these pods are not known: write down `ranges` in the configuration'
    case 'some-addresses':
      return `the manifests do not tell which addresses ${placeOf(doubt.span)} stands for`
    case 'machine':
      return 'it depends on the machine each of them runs on, which no manifest tells'
    case 'port-names':
      return 'which port has the name is known of pods in the tree only'
    case 'unreadable':
      return `what stands at ${placeOf(doubt.span)} cannot be read and may be anything`
    default:
      return assertNever(doubt)
  }
}
