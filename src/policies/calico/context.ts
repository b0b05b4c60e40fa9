import { type MappingNode, type ScalarNode, valueAt, type YamlNode } from '../../manifests/node.ts'
import type { Resource } from '../../manifests/resource.ts'
import { placesInScalar } from '../../manifests/scalar-place.ts'
import { isAtLeast } from '../../model/network-plugin.ts'
import type { NetworkProfile } from '../../model/network-profile.ts'
import type { DiagnosticCode } from '../../source/diagnostic-code.ts'
import type { Span } from '../../source/span.ts'
import type { PolicySurroundings } from '../policy-kind.ts'
import { PolicyReader } from '../policy-reader.ts'
import { type CalicoKind, calicoGroups } from './fields.ts'

/** What reading one object of a kind needs. */
export interface Context {
  readonly reader: PolicyReader
  readonly surroundings: PolicySurroundings
  /** Where the object lives; undefined for those of the whole cluster. */
  readonly namespace: string | undefined
}

/** Written as the CRD in which Calico stores its objects: nothing fills in defaults there, and nothing checks. */
export const isStored = ({ reader }: Context): boolean => reader.resource.group === 'crd.projectcalico.org'

const UNCHECKED = 'Nothing checks objects of crd.projectcalico.org: the data plane leaves out what it cannot read.'

/** Reports what Calico refuses; as a stored object it is there all the same, without what cannot be read. */
export function refuse(
  context: Context,
  code: DiagnosticCode,
  at: YamlNode | Span | undefined,
  message: string,
  hint?: string,
): void {
  if (isStored(context))
    context.reader.report(code, at, message, 'unknown', hint === undefined ? UNCHECKED : `${hint} ${UNCHECKED}`)
  else context.reader.refuse(code, at, message, hint)
}

/** A list longer than the API takes. */
export function checkLength(context: Context, node: YamlNode | undefined, name: string, most: number): void {
  const length = node?.kind === 'sequence' ? node.items.length : 0
  if (length > most) refuse(context, 'list-invalid', node, `${name} has at most ${most} items, not ${length}`)
}

/** Names of tiers and ties between policies changed with this version, and other things with it. */
export const isRenamed = ({ profile }: Pick<PolicySurroundings, 'profile'>): boolean => isAtLeast(profile.cni, '3.32')

/** Objects of a Calico kind, in either of its groups. */
export const objectsOf = (surroundings: PolicySurroundings, kind: CalicoKind): readonly Resource[] =>
  calicoGroups.flatMap((group) => surroundings.objects(`${group}/${kind}`))

/** Namespace an object lands in. */
export const landsIn = ({ namespace }: Resource, { profile }: PolicySurroundings): string =>
  namespace?.value ?? profile.defaultNamespace

/** Part of a text value; the whole value where it cannot be told how it is written. */
export function spanWithin(reader: PolicyReader, node: ScalarNode, from: number, length: number): Span {
  const { file } = reader.resource.provenance
  const places = placesInScalar(file.text, node)
  const start = places?.[from]
  if (places === undefined || start === undefined) return reader.spanOf(node)
  return { file, start, end: length === 0 ? start : (places[from + length] ?? reader.spanOf(node).end) }
}

/** Reads an object that others refer to; what is wrong with it is told where it stands. */
type ReadReferred<T> = (resource: Resource, namespace: string | undefined, surroundings: PolicySurroundings) => T

/** Reads each object once for all policies that ask for it. What is read may depend on it and on the profile alone. */
export function readOnce<T extends object>(read: (context: Context) => T): ReadReferred<T> {
  const known = new WeakMap<Resource, WeakMap<NetworkProfile, T>>()
  return (resource, namespace, surroundings) => {
    const byProfile = known.get(resource) ?? new WeakMap<NetworkProfile, T>()
    known.set(resource, byProfile)
    const { profile } = surroundings
    const found =
      byProfile.get(profile) ?? read({ reader: new PolicyReader(resource, () => undefined), surroundings, namespace })
    byProfile.set(profile, found)
    return found
  }
}

export const specOf = (resource: Resource): YamlNode | undefined => valueAt(resource.node, 'spec')

export const isMapping = (node: YamlNode | undefined): node is MappingNode => node?.kind === 'mapping'
