import type { CiliumSettings } from '../../model/network-plugin.ts'
import { isAtLeast } from '../../model/network-plugin.ts'
import type { Direction, PolicyEntry } from '../entry.ts'
import type { PolicySurroundings } from '../policy-kind.ts'
import type { PolicyReader } from '../policy-reader.ts'

/** What reading one object needs. */
export interface Context {
  readonly reader: PolicyReader
  readonly surroundings: PolicySurroundings
  readonly settings: CiliumSettings
  /** Namespace of the policy; undefined for a clusterwide one. */
  readonly namespace: string | undefined
  /** Whether the rule's subjects are chosen by whether they are starting: its peers are then not held to be pods. */
  readonly ofStarting: boolean
}

/** A list of entries of a rule. */
export interface Section {
  readonly name: 'ingress' | 'ingressDeny' | 'egress' | 'egressDeny'
  readonly direction: Direction
  readonly verdict: Exclude<PolicyEntry['verdict'], 'pass'>
}

export const sections: readonly Section[] = [
  { name: 'ingress', direction: 'ingress', verdict: 'allow' },
  { name: 'ingressDeny', direction: 'ingress', verdict: 'deny' },
  { name: 'egress', direction: 'egress', verdict: 'allow' },
  { name: 'egressDeny', direction: 'egress', verdict: 'deny' },
]

/** Whether the agents are of a version or a later one; one that is not known counts as the newest. */
export const isSince = ({ surroundings }: Context, version: string): boolean =>
  isAtLeast(ciliumOf(surroundings.profile.cni), version)

/** Versions of other distributions of it are numbered in their own way. */
const ciliumOf = (plugin: PolicySurroundings['profile']['cni']): PolicySurroundings['profile']['cni'] =>
  plugin?.name === 'cilium' ? plugin : undefined
