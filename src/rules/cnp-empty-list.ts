import type { SideView } from '../delta/side-view.ts'
import { entryOf } from '../manifests/node.ts'
import { showId } from '../model/cluster.ts'
import type { CiliumPolicySpec, CiliumRule } from '../policies/cilium/spec.ts'
import { directions } from '../policies/entry.ts'
import { fieldIn, showSubjectOf } from './cilium-words.ts'
import { fixIn, setValue } from './edit.ts'
import type { Fix, RuleHit } from './finding.ts'
import { defineRule, noOptions } from './rule.ts'

type Direction = (typeof directions)[number]

export default defineRule({
  id: 'cnp-empty-list',
  title: 'An empty list of entries denies nothing',
  severity: 'warning',
  fix: 'suggestion',
  tags: ['cis-5.3.2', 'correctness', 'cilium'],
  scope: 'side',
  options: noOptions,
  *check({ view }) {
    for (const spec of view.policies.ciliumPolicies)
      for (const rule of spec.rules) for (const direction of directions) yield* hitsOf(view, spec, rule, direction)
  },
})

function* hitsOf(view: SideView, spec: CiliumPolicySpec, rule: CiliumRule, direction: Direction): Generator<RuleHit> {
  const written = entryOf(rule.node, direction)
  if (written?.value.kind !== 'sequence' || written.value.items.length > 0) return
  const isVoid = rule.entries.length === 0
  const consequence = isVoid
    ? 'and agents refuse a policy whose lists are all empty, so that none of it is enforced'
    : `so ${direction} of ${showSubjectOf(rule)} is not isolated by it`
  yield {
    object: spec.id,
    discriminator: `${rule.name}${direction}`,
    at: { side: view.side, span: fieldIn(spec, rule.node, direction) },
    confidence: 'certain',
    ...(isVoid ? { severity: 'error' as const } : {}),
    message: `${showId(spec.id)}: \`${direction}: []\` is as good as not written, ${consequence}.`,
    remedy: `To deny what no other policy allows write \`${direction}: [{}]\`; to leave ${direction} alone, leave the key out.`,
    ...denyAll(spec, rule, direction),
  }
}

/** Who writes an empty list to a Cilium policy means to deny. */
function denyAll(spec: CiliumPolicySpec, { node }: CiliumRule, direction: Direction): { readonly fix?: Fix } {
  const entry = entryOf(node, direction)
  if (node.kind !== 'mapping' || entry === undefined) return {}
  const edit = setValue(spec.resource.provenance.file, node, entry, [{}])
  return fixIn(spec.resource, `Deny ${direction} that no other policy allows`, [edit])
}
