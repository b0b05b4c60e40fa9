import { isUnset, valueAt, type YamlNode } from '../../manifests/node.ts'
import type { Resource, ResourceId } from '../../manifests/resource.ts'
import { isSet, itemsAt, textAt } from '../../model/fields.ts'
import { HOST_ENDPOINT } from '../../model/host-endpoint.ts'
import { requirement } from '../../model/label-expression.ts'
import { AddressSet } from '../../sets/address-set.ts'
import { ConnectionSet } from '../../sets/connection-set.ts'
import { portRanges } from '../../sets/port-set.ts'
import { type Direction, directions, type PodSelector, type PolicyEntry } from '../entry.ts'
import { hostsWith } from './compile-peers.ts'
import { compileRule, type Shared } from './compile-rule.ts'
import { type Context, objectsOf, readOnce, refuse, specOf } from './context.ts'
import type { Facts } from './facts.ts'
import { calicoFields } from './fields.ts'
import { readProfile } from './profiles.ts'
import { FAILSAFES, PROFILES } from './tier-ranks.ts'
/**
 * What holds of a host endpoint beside the policies that select it: ports that are open whatever they say, its profiles
 * behind them, and that everything else is denied.
 */
export function compileHostEndpoint(context: Context, facts: Facts): { id: ResourceId; entries: PolicyEntry[] } {
  const { reader } = context
  const { group, kind, name } = reader.resource
  checkHostEndpoint(context)
  const id = { group, kind, namespace: '', name: name.value }
  const subject = hostsWith(requirement(HOST_ENDPOINT, 'In', [name.value]))
  const exists = reader.isRefused ? 'unknown' : 'yes'
  const own: Shared = { policy: id, namespace: undefined, layer: 'network', tier: PROFILES, order: [], exists }
  const entries = directions.flatMap((direction) => [
    ownEntry(own, { direction, subject }, context, {
      rule: `ports that stay open for ${direction}`,
      tier: FAILSAFES,
      peers: 'any',
      connections: failsafes[direction],
      isolates: false,
    }),
    ownEntry(own, { direction, subject }, context, {
      rule: `isolates the host for ${direction}`,
      tier: PROFILES,
      peers: [],
      connections: ConnectionSet.none,
      isolates: true,
    }),
  ])
  return { id, entries: [...entries, ...profileEntries(own, subject, context, facts)] }
}

type Own = Pick<PolicyEntry, 'tier' | 'peers' | 'connections' | 'isolates'> & { readonly rule: string }

function ownEntry(
  shared: Shared,
  { direction, subject }: Pick<PolicyEntry, 'direction' | 'subject'>,
  { reader }: Context,
  { rule, ...said }: Own,
): PolicyEntry {
  const { policy, namespace: _, ...common } = shared
  const span = reader.entrySpan(specOf(reader.resource), 'profiles') ?? reader.resource.name.span
  return {
    ...common,
    ...said,
    order: [Number.NEGATIVE_INFINITY],
    origin: { policy, rule, index: -1, span, ports: [] },
    direction,
    subject,
    verdict: 'allow',
    effect: 'exact',
  }
}

const ports = (protocol: 'TCP' | 'UDP', ...numbers: readonly number[]): ConnectionSet =>
  ConnectionSet.of(protocol, portRanges(numbers.map((number) => [number, number])))

/** @see https://docs.tigera.io/calico/latest/reference/host-endpoints/failsafe */
const failsafes: Readonly<Record<Direction, ConnectionSet>> = {
  ingress: ports('TCP', 22, 179, 2379, 2380, 5473, 6443, 6666, 6667).union(ports('UDP', 68)),
  egress: ports('TCP', 179, 2379, 2380, 5473, 6443, 6666, 6667).union(ports('UDP', 53, 67)),
}

function checkHostEndpoint(context: Context): void {
  const { reader } = context
  const { resource } = reader
  const spec = specOf(resource)
  reader.checkFields(resource.node, calicoFields.HostEndpoint.object)
  if (reader.isTemplate(spec, 'the spec')) return
  reader.checkFields(spec, calicoFields.HostEndpoint.spec)
  for (const item of itemsAt(spec, 'ports')) reader.checkFields(item, calicoFields.HostEndpoint.hostPort)
  const invalid = (at: YamlNode | undefined, message: string): void =>
    refuse(context, 'host-endpoint-invalid', at, message)
  if (isUnset(valueAt(spec, 'node'))) invalid(spec, 'a HostEndpoint names its node')
  if (!isSet(spec, 'interfaceName') && itemsAt(spec, 'expectedIPs').length === 0)
    invalid(spec, 'a HostEndpoint has an interfaceName or expectedIPs')
  for (const item of itemsAt(spec, 'expectedIPs'))
    if (AddressSet.single(textAt(item) ?? '').isEmpty && !reader.isTemplate(item, 'an address'))
      invalid(item, `${textAt(item) ?? 'this'} is no address`)
}

/** The first rule of its profiles that matches decides. One that is not among the manifests may allow anything. */
function profileEntries(own: Shared, subject: PodSelector, context: Context, facts: Facts): PolicyEntry[] {
  const items = itemsAt(specOf(context.reader.resource), 'profiles')
  return items.flatMap((item, index) => {
    const name = textAt(item) ?? ''
    const shared: Shared = { ...own, order: [index] }
    if (allowsAll(name)) return everythingAllowed(shared, subject, context, item)
    const resource = objectsOf(facts.surroundings, 'Profile').find((profile) => profile.name.value === name)
    if (resource === undefined) return missingProfile(shared, subject, context, item)
    return ofProfile(shared, subject, resource, facts)
  })
}

/** Profiles that Calico makes itself: of automatic host endpoints, and of namespaces. */
const allowsAll = (name: string): boolean => name === 'projectcalico-default-allow' || name.startsWith('kns.')

function everythingAllowed(shared: Shared, subject: PodSelector, context: Context, item: YamlNode): PolicyEntry[] {
  const { policy, namespace: _, ...common } = shared
  return directions.map((direction) => ({
    ...common,
    origin: {
      policy,
      rule: `profile ${textAt(item)}`,
      index: -1,
      span: context.reader.spanOf(item),
      ports: [],
    },
    direction,
    subject,
    peers: 'any',
    connections: ConnectionSet.all,
    verdict: 'allow',
    isolates: false,
    effect: 'exact',
  }))
}

function missingProfile(shared: Shared, subject: PodSelector, context: Context, item: YamlNode): PolicyEntry[] {
  context.reader.report(
    'reference-missing',
    item,
    `the profile ${textAt(item) ?? ''} is not among the manifests, so what it allows is unknown`,
    'unknown',
    'Add the Profile to the manifests.',
  )
  return everythingAllowed({ ...shared, exists: 'unknown' }, subject, context, item)
}

const profileOf = readOnce(readProfile)

function ofProfile(shared: Shared, subject: PodSelector, resource: Resource, facts: Facts): PolicyEntry[] {
  const { id, rules, isCertain } = profileOf(resource, undefined, facts.surroundings)
  const own: Shared = { ...shared, policy: id, exists: isCertain ? shared.exists : 'unknown' }
  return rules.flatMap((rule) => compileRule(own, rule, [subject], facts))
}
