import type { SideView } from '../delta/side-view.ts'
import { showId } from '../model/cluster.ts'
import type { CiliumPolicySpec } from '../policies/cilium/spec.ts'
import type { Diagnostic } from '../source/diagnostic.ts'
import type { RuleHit } from './finding.ts'
import { defineRule, noOptions } from './rule.ts'

export default defineRule({
  id: 'cnp-invalid-spec',
  title: 'A Cilium policy of which nothing is enforced, since one part is refused',
  severity: 'error',
  fix: 'none',
  tags: ['cis-5.3.2', 'correctness', 'cilium'],
  scope: 'side',
  options: noOptions,
  *check({ view }) {
    for (const spec of view.policies.ciliumPolicies) if (spec.refused) yield hit(view, spec)
  },
})

function hit(view: SideView, spec: CiliumPolicySpec): RuleHit {
  const [first, ...others] = problemsOf(view, spec)
  const rules =
    spec.rules.length < 2 ? 'nothing of it is enforced' : `none of its ${spec.rules.length} rules is enforced`
  return {
    object: spec.id,
    discriminator: 'refused',
    at: { side: view.side, span: first?.span ?? spec.resource.name.span },
    related: others.map(({ span, message }) => ({ at: { side: view.side, span }, message })),
    confidence: 'certain',
    message: `${showId(spec.id)} is refused as it stands, so ${rules}${first === undefined ? '' : `: ${reasonOf(first)}`}.`,
    remedy: 'Correct it; until then its pods are as open as without it.',
  }
}

/** What is wrong with it, in the order in which it stands. */
function problemsOf({ policies }: SideView, { resource }: CiliumPolicySpec): Diagnostic[] {
  const { node, provenance } = resource
  return policies.diagnostics
    .filter(({ span, effect }) => effect === 'unknown' && span.file === provenance.file)
    .filter(({ span }) => span.start >= node.start && span.end <= node.end)
    .sort((a, b) => a.span.start - b.span.start)
}

/** The message without the name of the object, which is said already. */
const reasonOf = ({ message }: Diagnostic): string => message.replace(/^Cilium\w+ [^:]+: /, '')
