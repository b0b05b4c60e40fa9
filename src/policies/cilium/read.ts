import type { YamlNode } from '../../manifests/node.ts'
import type { Resource } from '../../manifests/resource.ts'
import { setAt } from '../../model/fields.ts'
import type { Reporter } from '../../model/read-labels.ts'
import type { PolicySurroundings } from '../policy-kind.ts'
import { PolicyReader } from '../policy-reader.ts'
import type { Context } from './context.ts'
import { ciliumFields } from './fields.ts'
import { readRule } from './read-rule.ts'
import type { CiliumPolicySpec } from './spec.ts'

/** Kind of the policies that belong to no namespace. */
const CLUSTERWIDE = 'CiliumClusterwideNetworkPolicy'

/** Reads one policy. Whatever agents or the API server would refuse is reported with its place, and the rest is read. */
export function readCiliumPolicy(
  resource: Resource,
  namespace: string,
  surroundings: PolicySurroundings,
  report: Reporter,
): CiliumPolicySpec {
  const reader = new PolicyReader(resource, report)
  const isClusterwide = resource.kind === CLUSTERWIDE
  const context: Context = {
    reader,
    surroundings,
    settings: surroundings.profile.cilium,
    namespace: isClusterwide ? undefined : namespace,
    ofStarting: false,
  }
  reader.checkFields(resource.node, ciliumFields.object)
  reader.checkName()
  const rules = rulesOf(resource, context).map(({ node, name }) => readRule(node, name, context))
  const { group, kind } = resource
  const id = { group, kind, namespace: isClusterwide ? '' : namespace, name: resource.name.value }
  return { id, resource, rules, refused: reader.isRefused }
}

interface NamedRule {
  readonly node: YamlNode
  readonly name: string
}

/** `spec` and the items of `specs`; both count where both are there. */
function rulesOf(resource: Resource, { reader }: Context): NamedRule[] {
  const spec = setAt(resource.node, 'spec')
  const specs = reader.list(resource.node, 'specs') ?? []
  const single = spec === undefined ? [] : [{ node: spec, name: specs.length === 0 ? '' : 'spec, ' }]
  const found = [...single, ...specs.map((node, index) => ({ node, name: `specs item ${index + 1}, ` }))]
  if (found.length === 0)
    reader.refuse('cilium-rule-invalid', resource.name.span, 'a policy needs spec or specs; this one says nothing')
  return found
}
