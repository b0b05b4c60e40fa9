import { resourceIdOf } from '../manifests/network-relevant.ts'
import type { Resource } from '../manifests/resource.ts'
import { idKey, showId } from '../model/cluster.ts'
import { textAt } from '../model/fields.ts'
import { calicoGroups } from '../policies/calico/fields.ts'
import { textOf } from '../source/span.ts'
import { analyzeCluster, type ClusterPair } from './analyze-cluster.ts'
import type { DeltaSentence } from './delta.ts'

/** What each kind becomes that is staged for a later day. */
const promotions: Readonly<Record<string, { readonly kind: string; readonly group?: string }>> = {
  StagedNetworkPolicy: { kind: 'NetworkPolicy' },
  StagedGlobalNetworkPolicy: { kind: 'GlobalNetworkPolicy' },
  StagedKubernetesNetworkPolicy: { kind: 'NetworkPolicy', group: 'networking.k8s.io' },
}

/** Staged policies of one change that are told about, and sentences about each; more would bury the review. */
const MOST_TOLD = 5
const MOST_SENTENCES = 3

/**
 * Sentences for staged policies that the change adds or edits: what enforcing one would open and close. Nothing of it is
 * in the answer, since staged policies are not enforced.
 */
export function stagedNotes(pair: ClusterPair): string[] {
  const before = new Set((pair.base ?? []).filter(isStaged).map(textOfResource))
  const touched = (pair.head ?? []).filter((resource) => isStaged(resource) && !before.has(textOfResource(resource)))
  const told = touched.slice(0, MOST_TOLD).map((resource) => tell(resource, pair))
  const left = touched.length - told.length
  return left > 0 ? [...told, `${left} more staged policies changed, which are not told about`] : told
}

const textOfResource = ({ provenance }: Resource): string => textOf(provenance.document)

function isStaged({ group, kind }: Resource): boolean {
  return calicoGroups.some((own) => own === group) && Object.hasOwn(promotions, kind)
}

function tell(staged: Resource, pair: ClusterPair): string {
  const { delta } = analyzeCluster({ ...pair, base: pair.head, head: promote(staged, pair.head ?? []) })
  const sentences = delta?.sentences.map(sayOnce) ?? []
  const name = showId(resourceIdOf(staged))
  if (sentences.length === 0) return `if ${name} were enforced, nobody's access would change`
  const shown = sentences.slice(0, MOST_SENTENCES)
  const rest = sentences.length > shown.length ? [`${sentences.length - shown.length} more changes`] : []
  return `if ${name} were enforced: ${[...shown, ...rest].join('; ')}`
}

const sayOnce = ({ text, certainty }: DeltaSentence): string => (certainty === 'certain' ? text : `${text} (possibly)`)

/** The resources as they would be: the enforced policy of the same name gives way. */
function promote(staged: Resource, resources: readonly Resource[]): Resource[] {
  const { kind, group = staged.group } = promotions[staged.kind] ?? { kind: staged.kind }
  const promoted: Resource = { ...staged, kind, group }
  const key = idKey(resourceIdOf(promoted))
  const others = resources.filter((resource) => resource !== staged && idKey(resourceIdOf(resource)) !== key)
  return textAt(staged.node, 'spec', 'stagedAction') === 'Delete' ? others : [...others, promoted]
}
