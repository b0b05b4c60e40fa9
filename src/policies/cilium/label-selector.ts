import { entryOf, type YamlNode } from '../../manifests/node.ts'
import { textAt } from '../../model/fields.ts'
import { CLUSTER, SERVICE_ACCOUNT } from '../../model/identity-labels.ts'
import { everything, type LabelExpression, type LabelRequirement, nothing } from '../../model/label-expression.ts'
import { NAME_LABEL } from '../../model/namespace-labels.ts'
import { isLabelKey } from '../../model/read-selector.ts'
import type { PodSelector } from '../entry.ts'
import { isIdentityLabel } from '../identity-label.ts'
import { type Context, isSince } from './context.ts'

const NAMESPACE = 'io.kubernetes.pod.namespace'
const NAMESPACE_LABELS = 'io.cilium.k8s.namespace.labels.'
const ACCOUNT = 'io.cilium.k8s.policy.serviceaccount'
const CLUSTER_KEY = 'io.cilium.k8s.policy.cluster'

/** Conditions of one selector, by what they ask for; all of them have to hold. */
export interface Conditions {
  readonly namespaces: readonly LabelRequirement[]
  readonly labels: readonly LabelRequirement[]
  readonly clusters: readonly LabelRequirement[]
  /** Whether one of them asks for the name of the namespace, not for a label of it. */
  readonly namesNamespace: boolean
  /** Keys are names of reserved labels: `host`. */
  readonly reserved: readonly LabelRequirement[]
  /** Whether a condition asks for a label that no pod can have. */
  readonly impossible: boolean
}

/** Key of a selector as Cilium reads it: the text before the first colon is the source of the label. */
function splitKey(written: string): { readonly source: string; readonly key: string } {
  if (written.startsWith('$')) return { source: 'reserved', key: written.slice(1) }
  const colon = written.indexOf(':')
  return colon < 0
    ? { source: 'any', key: written }
    : { source: written.slice(0, colon), key: written.slice(colon + 1) }
}

const isKey = (written: string): boolean => isLabelKey(splitKey(written).key)

/** The conditions of a selector as written; undefined, and reported, where it cannot be read. */
export function readRequirements(
  node: YamlNode | undefined,
  { reader }: Context,
): readonly LabelRequirement[] | undefined {
  const found = reader.selector(node, isKey)
  if (found.kind !== 'all') return undefined
  return found.of.filter((part): part is LabelRequirement => part.kind === 'requirement')
}

/** Conditions on the peers, or the subjects, of a policy. */
export function conditionsOf(requirements: readonly LabelRequirement[]): Conditions {
  const found = requirements.map((requirement) => ({ requirement, ...splitKey(requirement.key) }))
  const pods = found.filter(({ source }) => source === 'any' || source === 'k8s')
  const others = found.filter(({ source }) => source !== 'any' && source !== 'k8s' && source !== 'reserved')
  const asked = (wanted: (key: string) => boolean, rename: (key: string) => string): LabelRequirement[] =>
    pods.filter(({ key }) => wanted(key)).map(({ requirement, key }) => ({ ...requirement, key: rename(key) }))
  const isOwn = (key: string): boolean =>
    key !== NAMESPACE && key !== CLUSTER_KEY && key !== ACCOUNT && !key.startsWith(NAMESPACE_LABELS)
  return {
    namespaces: [
      ...asked(
        (key) => key === NAMESPACE,
        () => NAME_LABEL,
      ),
      ...asked(
        (key) => key.startsWith(NAMESPACE_LABELS),
        (key) => key.slice(NAMESPACE_LABELS.length),
      ),
    ],
    labels: [
      ...asked(
        (key) => isOwn(key) && isIdentityLabel(key),
        (key) => key,
      ),
      ...asked(
        (key) => key === ACCOUNT,
        () => SERVICE_ACCOUNT,
      ),
    ],
    clusters: asked(
      (key) => key === CLUSTER_KEY,
      () => CLUSTER,
    ),
    namesNamespace: pods.some(({ key }) => key === NAMESPACE),
    reserved: found
      .filter(({ source }) => source === 'reserved')
      .map(({ requirement, key }) => ({ ...requirement, key })),
    impossible: [...others, ...pods.filter(({ key }) => isOwn(key) && !isIdentityLabel(key))].some(({ requirement }) =>
      needsLabel(requirement),
    ),
  }
}

/** Whether a condition fails where the label is missing. */
export const needsLabel = ({ operator }: LabelRequirement): boolean => operator === 'In' || operator === 'Exists'

export const allOf = (requirements: readonly LabelRequirement[]): LabelExpression =>
  requirements.length === 0 ? everything : { kind: 'all', of: requirements }

/** Labels of pods, without a match where a condition asks for what no pod has. */
export const podLabels = ({ labels, impossible }: Conditions): LabelExpression => (impossible ? nothing : allOf(labels))

/** Whether the conditions admit the policy's own cluster; one that names none speaks of it, since 1.19 of no other. */
export function admitsOwnCluster({ clusters }: Conditions, { settings }: Context): boolean {
  return clusters.every(({ operator, values }) => {
    if (operator === 'In') return values.includes(settings.clusterName)
    return operator === 'NotIn' ? !values.includes(settings.clusterName) : operator === 'Exists'
  })
}

/** Clusters that a peer may be in: those it names; else its own, and until 1.18 all of them. */
export function clustersOf(conditions: Conditions, context: Context): PodSelector['clusters'] | undefined {
  const { clusters } = conditions
  if (clusters.length === 0 && isSince(context, '1.19')) return undefined
  return { expression: allOf(clusters), own: admitsOwnCluster(conditions, context) }
}

/** Without the condition that the policy's own namespace takes the place of. */
export function withoutReplaced(requirements: readonly LabelRequirement[], node: YamlNode): LabelRequirement[] {
  const key = `k8s:${NAMESPACE}`
  const written = textAt(entryOf(node, 'matchLabels')?.value, key)
  const replaced = requirements.find(
    (found) => found.key === key && found.operator === 'In' && found.values[0] === written,
  )
  return requirements.filter((found) => found !== replaced)
}
