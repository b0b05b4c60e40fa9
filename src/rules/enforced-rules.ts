import type { SideView } from '../delta/side-view.ts'
import type { CompiledPolicies } from '../policies/compile-policies.ts'
import type { Direction, PolicyEntry } from '../policies/entry.ts'
import type { NetworkPolicyRule, NetworkPolicySpec } from '../policies/kubernetes/spec.ts'
import type { Span } from '../source/span.ts'

/** A rule of a NetworkPolicy that the cluster acts on, with the entry the engine makes of it. */
export interface EnforcedRule {
  readonly spec: NetworkPolicySpec
  readonly rule: NetworkPolicyRule
  readonly entry: PolicyEntry
}

const enforced = new WeakMap<CompiledPolicies, Map<string, readonly EnforcedRule[]>>()

/** Rules of every NetworkPolicy in the directions it isolates; elsewhere a rule has no effect. */
export function enforcedRules({ policies }: SideView, ...directions: readonly Direction[]): readonly EnforcedRule[] {
  const byDirections = enforced.get(policies) ?? new Map<string, readonly EnforcedRule[]>()
  enforced.set(policies, byDirections)
  const key = directions.join(' ')
  const found = byDirections.get(key) ?? [...findEnforced(policies, directions)]
  byDirections.set(key, found)
  return found
}

function* findEnforced(policies: CompiledPolicies, directions: readonly Direction[]): Generator<EnforcedRule> {
  for (const spec of policies.networkPolicies) {
    for (const direction of directions) {
      if (!spec.isolates[direction]) continue
      for (const rule of spec.rules[direction]) {
        const found = known.get(rule) ?? enforce(policies, spec, rule)
        if (found !== undefined) yield found
      }
    }
  }
}

/** Both sides share the policies that did not change, with their rules and entries. */
const known = new WeakMap<NetworkPolicyRule, EnforcedRule>()

function enforce(
  policies: CompiledPolicies,
  spec: NetworkPolicySpec,
  rule: NetworkPolicyRule,
): EnforcedRule | undefined {
  const entry = entriesBySpan(policies).get(rule.span)
  if (entry === undefined) return undefined
  const found = { spec, rule, entry }
  known.set(rule, found)
  return found
}

const bySpan = new WeakMap<CompiledPolicies, ReadonlyMap<Span, PolicyEntry>>()

/** The first entry of each rule: an unreadable one has a second, which may be anything. */
function entriesBySpan(policies: CompiledPolicies): ReadonlyMap<Span, PolicyEntry> {
  const found = bySpan.get(policies)
  if (found !== undefined) return found
  const made = new Map([...policies.entries].reverse().map((entry) => [entry.origin.span, entry]))
  bySpan.set(policies, made)
  return made
}
