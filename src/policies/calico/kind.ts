import type { Resource, ResourceId } from '../../manifests/resource.ts'
import type { Reporter } from '../../model/read-labels.ts'
import { assertNever } from '../../source/assert-never.ts'
import { readNetworkPolicy } from '../kubernetes/read.ts'
import type { CompiledPolicy, PolicyKind, PolicySurroundings } from '../policy-kind.ts'
import { PolicyReader } from '../policy-reader.ts'
import { checkReferences, noteHostRules } from './check-references.ts'
import { compilePolicy } from './compile-policy.ts'
import { type Context, specOf } from './context.ts'
import { factsOf } from './facts.ts'
import { type CalicoKind, calicoFields, calicoGroups } from './fields.ts'
import { compileHostEndpoint } from './host-endpoints.ts'
import { readNetworkSet } from './network-sets.ts'
import { readProfile } from './profiles.ts'
import { type PolicyKindName, readPolicy } from './read-policy.ts'
import { readStagedAction } from './staged.ts'
import { findTier, missingTier, readTier } from './tier-ranks.ts'

const kinds = Object.keys(calicoFields) as CalicoKind[]
const namespaced: ReadonlySet<CalicoKind> = new Set([
  'NetworkPolicy',
  'NetworkSet',
  'StagedNetworkPolicy',
  'StagedKubernetesNetworkPolicy',
])

/** The policies of Calico, and the objects that they refer to. */
export const kind: PolicyKind = {
  objects: calicoGroups.flatMap((group) => kinds.map((name) => `${group}/${name}`)),
  compile(resource, namespace, surroundings, report) {
    const name = resource.kind as CalicoKind
    const own = namespaced.has(name) ? namespace : undefined
    return compileObject(name, contextOf(resource, own, surroundings, report), report)
  },
}

const contextOf = (
  resource: Resource,
  namespace: string | undefined,
  surroundings: PolicySurroundings,
  report: Reporter,
): Context => ({ reader: new PolicyReader(resource, report), surroundings, namespace })

const idOf = ({ group, kind, name }: Resource, namespace = ''): ResourceId => ({
  group,
  kind,
  namespace,
  name: name.value,
})

function compileObject(name: CalicoKind, context: Context, report: Reporter): CompiledPolicy {
  const { resource } = context.reader
  const withoutEntries = { id: idOf(resource, context.namespace), entries: [] }
  switch (name) {
    case 'NetworkPolicy':
    case 'GlobalNetworkPolicy':
      return enforced(name, context)
    case 'StagedNetworkPolicy':
    case 'StagedGlobalNetworkPolicy':
      readStagedAction(context)
      readPolicy(name, context)
      return withoutEntries
    case 'StagedKubernetesNetworkPolicy':
      readStagedAction(context)
      readStagedKubernetes(context, report)
      return withoutEntries
    case 'Tier':
      readTier(context)
      return withoutEntries
    case 'NetworkSet':
    case 'GlobalNetworkSet':
      readNetworkSet(context)
      return withoutEntries
    case 'HostEndpoint':
      return compileHostEndpoint(context, factsOf(context.surroundings))
    case 'Profile':
      readProfile(context)
      return withoutEntries
    default:
      return assertNever(name)
  }
}

function enforced(name: PolicyKindName, context: Context): CompiledPolicy {
  const { surroundings } = context
  const spec = readPolicy(name, context)
  const facts = factsOf(surroundings)
  checkReferences(spec, context)
  noteHostRules(context, facts)
  const tier = findTier(spec.tier, surroundings) ?? missingTier(spec.tier, surroundings)
  return { id: spec.id, entries: compilePolicy(spec, tier, facts), calicoPolicy: spec }
}

/** Its fields are those of a NetworkPolicy, and one more. */
function readStagedKubernetes({ reader, namespace }: Context, report: Reporter): void {
  const own = reader.entrySpan(specOf(reader.resource), 'stagedAction')
  readNetworkPolicy(reader.resource, namespace ?? '', (problem) => {
    if (problem.span.start !== own?.start) report(problem)
  })
}
