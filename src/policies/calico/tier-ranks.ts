import { isUnset, valueAt } from '../../manifests/node.ts'
import type { Resource } from '../../manifests/resource.ts'
import { textAt } from '../../model/fields.ts'
import { isAtLeast } from '../../model/network-plugin.ts'
import { compareText } from '../../source/compare-text.ts'
import type { PolicySurroundings } from '../policy-kind.ts'
import { type Context, isRenamed, objectsOf, readOnce, refuse, specOf } from './context.ts'
import { calicoFields } from './fields.ts'
import { readOrder } from './read-policy.ts'

/** A tier as far as policies in it are concerned. */
export interface CalicoTier {
  readonly name: string
  /** Undefined: behind all that have one. */
  readonly order: number | undefined
  /** Whether what its policies leave over goes on to the next tier, rather than being denied. */
  readonly passes: boolean
  /** False where Calico refuses the object, or a template decides on its place. */
  readonly isCertain: boolean
}

const builtIn = (name: string, order: number, passes: boolean): CalicoTier => ({ name, order, passes, isCertain: true })

export const DEFAULT_TIER = 'default'

/** Tiers that Calico brings with it; neither their order nor what they do at their end can be changed. */
function builtInTiers(surroundings: Pick<PolicySurroundings, 'profile'>): CalicoTier[] {
  const { cni } = surroundings.profile
  const ofAdmins = isRenamed(surroundings)
    ? [builtIn('kube-admin', 1000, true), builtIn('kube-baseline', 10_000_000, true)]
    : [
        ...(isAtLeast(cni, '3.29') ? [builtIn('adminnetworkpolicy', 1000, true)] : []),
        ...(isAtLeast(cni, '3.30') ? [builtIn('baselineadminnetworkpolicy', 10_000_000, true)] : []),
      ]
  return [builtIn(DEFAULT_TIER, 1_000_000, false), ...ofAdmins]
}

/** Reads a Tier and reports what Calico refuses. */
export function readTier(context: Context): CalicoTier {
  const { reader, surroundings } = context
  const { resource } = reader
  const spec = specOf(resource)
  reader.checkFields(resource.node, calicoFields.Tier.object)
  reader.checkFields(spec, calicoFields.Tier.spec)
  const name = resource.name.value
  const order = readOrder(spec, context)
  const tier: CalicoTier = {
    name,
    order: order === 'unknown' ? undefined : order,
    passes: readDefaultAction(context),
    isCertain: order !== 'unknown',
  }
  const known = builtInTiers(surroundings).find((found) => found.name === name)
  if (known !== undefined) {
    checkUnchanged(tier, known, context)
    return known
  }
  if (name.includes('.') || name.length > 63)
    refuse(context, 'tier-invalid', resource.name.span, 'the name of a tier has no dot and at most 63 characters')
  return { ...tier, isCertain: tier.isCertain && !reader.isRefused && !reader.isTemplate(spec, 'the spec') }
}

function readDefaultAction(context: Context): boolean {
  const node = valueAt(context.reader.resource.node, 'spec', 'defaultAction')
  if (isUnset(node)) return false
  const text = textAt(node)
  if (text !== 'Pass' && text !== 'Deny' && !context.reader.isTemplate(node, 'defaultAction'))
    refuse(context, 'action-invalid', node, 'defaultAction is Deny or Pass, in this spelling')
  return text === 'Pass'
}

function checkUnchanged(written: CalicoTier, known: CalicoTier, context: Context): void {
  const spec = specOf(context.reader.resource)
  const differs = (field: string, same: boolean, value: string): void => {
    if (same || isUnset(valueAt(spec, field))) return
    const message = `the tier ${known.name} is built in and its ${field} is always ${value}`
    refuse(context, 'tier-invalid', context.reader.entrySpan(spec, field), message)
  }
  differs('order', written.order === known.order, String(known.order))
  differs('defaultAction', written.passes === known.passes, known.passes ? 'Pass' : 'Deny')
}

/** A tier with its place among all others: lower ranks are asked first. */
export interface RankedTier extends CalicoTier {
  readonly rank: number
}

/** Ranks of tiers without an order, and of tiers that do not exist, lie behind every order. */
const WITHOUT_ORDER = 1e12
const MISSING = 2e12
/** Where the profiles of host endpoints are asked: behind all tiers. */
export const PROFILES = 3e12
/** Where failsafe ports of host endpoints are let through: before all tiers. */
export const FAILSAFES = -1e12

/** The rank is a thousandth of the order, so that `default` has that of NetworkPolicies. */
const rankOf = (order: number): number => Math.min(Math.max(order / 1000, -WITHOUT_ORDER / 2), WITHOUT_ORDER / 2)

/** The tier of that name; undefined where there is none. */
export function findTier(name: string, surroundings: PolicySurroundings): RankedTier | undefined {
  return rankTiers(surroundings).find((tier) => tier.name === name)
}

const tierOf = readOnce(readTier)

function rankTiers(surroundings: PolicySurroundings): RankedTier[] {
  const own = builtInTiers(surroundings)
  const declared = objectsOf(surroundings, 'Tier')
    .filter(({ name }) => !own.some((tier) => tier.name === name.value))
    .map((resource) => tierOf(resource, undefined, surroundings))
  const all = [...own, ...new Map(declared.map((tier) => [tier.name, tier])).values()]
  const groups = Map.groupBy(all, ({ order }) => (order === undefined ? undefined : rankOf(order)))
  return [...groups].flatMap(([rank, group]) => rankGroup(rank, group, own))
}

/** Tiers of one order stand by their names, as near to each other as numbers allow; built-in ones keep their rank. */
function rankGroup(rank: number | undefined, group: readonly CalicoTier[], own: readonly CalicoTier[]): RankedTier[] {
  const sorted = group.toSorted((a, b) => compareText(a.name, b.name))
  if (rank === undefined) return sorted.map((tier, index) => ({ ...tier, rank: WITHOUT_ORDER + index }))
  const fixed = Math.max(
    0,
    sorted.findIndex((tier) => own.includes(tier)),
  )
  const step = Math.max(Math.abs(rank), 1) * 2 ** -40
  return sorted.map((tier, index) => ({ ...tier, rank: rank + (index - fixed) * step }))
}

/** A tier that does not exist is asked behind all others, in order of names, and denies what is left over. */
export function missingTier(name: string, surroundings: PolicySurroundings): RankedTier {
  const known = new Set(rankTiers(surroundings).map((tier) => tier.name))
  const missing = new Set(policyTiers(surroundings)).difference(known)
  const index = [...missing].sort().indexOf(name)
  return { name, order: undefined, passes: false, isCertain: true, rank: MISSING + Math.max(0, index) }
}

const policyTiers = (surroundings: PolicySurroundings): string[] =>
  (['NetworkPolicy', 'GlobalNetworkPolicy'] as const).flatMap((kind) => objectsOf(surroundings, kind)).map(tierNameOf)

const tierNameOf = (resource: Resource): string => textAt(resource.node, 'spec', 'tier') ?? DEFAULT_TIER
