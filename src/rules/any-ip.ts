import type { SideView } from '../delta/side-view.ts'
import { entryOf, spanOf } from '../manifests/node.ts'
import { qualifiedName, showId } from '../model/cluster.ts'
import type { Direction } from '../policies/entry.ts'
import type { IpBlock, NetworkPolicySpec } from '../policies/kubernetes/spec.ts'
import { AddressSet } from '../sets/address-set.ts'
import { ConnectionSet } from '../sets/connection-set.ts'
import type { Span } from '../source/span.ts'
import { type EnforcedRule, enforcedRules } from './enforced-rules.ts'
import type { RuleHit } from './finding.ts'
import { peersKey, showRule, showSubject } from './policy-words.ts'
import { type AddressFamily, coveredFamilies } from './public-addresses.ts'
import { otherPoliciesOf } from './shared-subject.ts'

/** A rule with the addresses its blocks stand for. */
interface AddressRule extends EnforcedRule {
  readonly blocks: readonly IpBlock[]
  readonly addresses: AddressSet
}

/** Policies that, alone or together with others for the same pods, speak of all public addresses: one hit each. */
export function* anyAddressHits(view: SideView, direction: Direction, allow: readonly string[]): Generator<RuleHit> {
  const bySpec = blocksBySpec(view, direction)
  for (const [spec, { rules, alone }] of bySpec) {
    if (allow.includes(qualifiedName(spec.id))) continue
    if (alone !== undefined) {
      yield hit(view, direction, alone)
      continue
    }
    const others = otherPoliciesOf(view, spec, direction).flatMap((other) => bySpec.get(other)?.rules ?? [])
    if (others.length === 0 || !isLast(spec, others)) continue
    const together = coverage(view, [...others, ...rules])
    if (together !== undefined && coverage(view, others) === undefined) yield hit(view, direction, together)
  }
}

/** What the blocks of one policy come to in one direction. */
interface PolicyBlocks {
  readonly rules: readonly AddressRule[]
  /** Undefined where they do not speak of all public addresses. */
  readonly alone: Coverage | undefined
}

const known = new WeakMap<NetworkPolicySpec, Partial<Record<Direction, PolicyBlocks>>>()

/** By spec and direction. Both sides share the policies that did not change; each is compiled for one profile. */
function blocksBySpec(view: SideView, direction: Direction): ReadonlyMap<NetworkPolicySpec, PolicyBlocks> {
  const found = new Map<NetworkPolicySpec, PolicyBlocks>()
  for (const [spec, enforced] of Map.groupBy(enforcedRules(view, direction), ({ spec }) => spec)) {
    const byDirection = known.get(spec) ?? {}
    known.set(spec, byDirection)
    byDirection[direction] ??= blocksOf(view, enforced)
    if (byDirection[direction].rules.length > 0) found.set(spec, byDirection[direction])
  }
  return found
}

function blocksOf(view: SideView, enforced: readonly EnforcedRule[]): PolicyBlocks {
  const rules = addressRules(enforced)
  return { rules, alone: coverage(view, rules) }
}

function addressRules(enforced: readonly EnforcedRule[]): AddressRule[] {
  return enforced.flatMap((found) => {
    const blocks =
      found.rule.peers === 'any'
        ? []
        : found.rule.peers.flatMap(({ ipBlock, valid }) => (valid && ipBlock !== undefined ? [ipBlock] : []))
    const addresses = blocks.reduce((all, block) => all.union(block.addresses), AddressSet.none)
    return blocks.length === 0 || found.entry.connections.isEmpty ? [] : [{ ...found, blocks, addresses }]
  })
}

/** Where several policies add up, the one that comes last by name stands for them. */
const isLast = (spec: NetworkPolicySpec, others: readonly AddressRule[]): boolean =>
  others.every((other) => other.spec.id.name < spec.id.name)

interface Coverage {
  readonly families: readonly AddressFamily[]
  readonly connections: ConnectionSet
  /** Rules that take part, in order; the last one is where the finding stands. */
  readonly rules: readonly AddressRule[]
}

/** Connections on which the rules together speak of every public address of a family; undefined for none. */
function coverage(view: SideView, rules: readonly AddressRule[]): Coverage | undefined {
  const covers = distinctConnections(rules).flatMap((connections) => {
    const taking = rules.filter(({ entry }) => connections.subtract(entry.connections).isEmpty)
    const addresses = taking.reduce((all, rule) => all.union(rule.addresses), AddressSet.none)
    const families = coveredFamilies(addresses, view.cluster.profile)
    return families.length === 0 ? [] : [{ families, connections, rules: taking }]
  })
  if (covers.length === 0) return undefined
  return {
    families: [...new Set(covers.flatMap(({ families }) => families))].sort(),
    connections: ConnectionSet.union(covers.map(({ connections }) => connections)),
    rules: rules.filter((rule) => covers.some((cover) => cover.rules.includes(rule))),
  }
}

function distinctConnections(rules: readonly AddressRule[]): ConnectionSet[] {
  return [...new Map(rules.map(({ entry }) => [entry.connections.key, entry.connections])).values()]
}

function hit(view: SideView, direction: Direction, cover: Coverage): RuleHit {
  const parts = partsOf(view, cover)
  const { found } = parts.at(-1) as Part
  return {
    object: found.spec.id,
    discriminator: `${direction} any address`,
    at: { side: view.side, span: cidrSpan(parts.at(-1) as Part) },
    related: parts.slice(0, -1).map((part) => ({
      at: { side: view.side, span: cidrSpan(part) },
      message: `${showRule(part.found.spec, part.found.rule)} adds ${part.block.cidr}`,
    })),
    confidence: 'certain',
    ...words(found, cover, [...new Set(parts.map(({ block }) => block.cidr))].sort()),
    measure: new Set(cover.families.flatMap((family) => protocolsOf(cover).map((name) => `${family} ${name}`))),
    patch: {
      path: found.spec.resource.provenance.file.path,
      text: `${peersKey[direction]}:\n  - ipBlock:\n      cidr: 203.0.113.0/24 # the range that is needed\n`,
    },
  }
}

function words(
  { spec, rule }: EnforcedRule,
  { families, connections }: Coverage,
  cidrs: readonly string[],
): Pick<RuleHit, 'message' | 'remedy' | 'witness'> {
  const outward = rule.direction === 'egress'
  const whom = showSubject(spec)
  const ports = connections.show()
  const stranger = families.includes('IPv4') ? '203.0.113.10' : '2001:db8::10'
  const covered = `${cidrs.join(' and ')} ${cidrs.length === 1 ? 'holds' : 'together hold'} practically every public ${families.join(' and ')} address`
  const consequence = outward
    ? `${whom} may send to the whole internet on ${ports}`
    : `the whole internet may connect to ${whom} on ${ports}`
  const remedy = outward
    ? 'List the ranges these pods need, or go through an egress gateway or a proxy.'
    : 'Admit the balancer or the ingress controller instead.'
  return {
    message: `${showId(spec.id)}: ${covered}, so ${consequence}.`,
    remedy: `${remedy} A policy that is meant so belongs under \`allow\` of this rule.`,
    witness: outward ? `${whom} → ${stranger} ${ports}` : `${stranger} → ${whom} ${ports}`,
  }
}

/** A block that takes part in covering a family. */
interface Part {
  readonly block: IpBlock
  readonly found: EnforcedRule
}

/** Blocks of the families that are covered; only those that cover one alone, where there are such for each. */
function partsOf(view: SideView, { rules, families }: Coverage): Part[] {
  const parts = rules.flatMap((found) => found.blocks.map((block) => ({ block, found })))
  const ofFamily = parts.filter(({ block }) => families.includes(block.cidr.includes(':') ? 'IPv6' : 'IPv4'))
  const alone = (family: AddressFamily): Part[] =>
    ofFamily.filter(({ block }) => coveredFamilies(block.addresses, view.cluster.profile).includes(family))
  const single = families.map(alone)
  return single.every((found) => found.length > 0)
    ? ofFamily.filter((part) => single.some((found) => found.includes(part)))
    : ofFamily
}

/** The protocols alone: with ports in it, fewer of them would read as something else than before. */
function protocolsOf({ connections }: Coverage): string[] {
  const { listed, others } = connections.protocols()
  return [...listed.map(({ protocol }) => protocol), ...(others ? ['every other protocol'] : [])]
}

function cidrSpan({ block: { node }, found: { spec } }: Part): Span {
  return spanOf(spec.resource.provenance.file, entryOf(node, 'cidr') ?? node)
}
