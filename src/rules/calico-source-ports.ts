import type { SideView } from '../delta/side-view.ts'
import { entryOf, spanOf, valueAt } from '../manifests/node.ts'
import { showId } from '../model/cluster.ts'
import { isSet, itemsAt } from '../model/fields.ts'
import { calicoRules, type WrittenRule } from './calico-rules.ts'
import type { RuleHit } from './finding.ts'
import { defineRule, noOptions } from './rule.ts'

export default defineRule({
  id: 'calico-source-ports',
  title: 'A Calico rule allows by the port that clients send from',
  severity: 'warning',
  fix: 'none',
  tags: ['correctness'],
  scope: 'side',
  options: noOptions,
  *check({ view }) {
    for (const found of calicoRules(view)) {
      const { rule } = found
      if (rule.verdict === 'allow' && rule.conditions.some((text) => text.startsWith('from port ')))
        yield* hits(view, found)
    }
  },
})

/** With ports of the destination beside them, those of the source are meant as what they are. */
function* hits(view: SideView, { spec, rule, resource }: WrittenRule): Generator<RuleHit> {
  const node = itemsAt(valueAt(resource.node, 'spec'), rule.direction)[rule.index]
  const entry = entryOf(valueAt(node, 'source'), 'ports')
  if (entry === undefined || ['ports', 'notPorts'].some((field) => isSet(node, 'destination', field))) return
  const [condition = ''] = rule.conditions
  yield {
    object: spec.id,
    discriminator: `${rule.direction} ${condition} ${rule.connections.key}`,
    at: { side: view.side, span: spanOf(resource.provenance.file, entry) },
    message: `${showId(spec.id)}, ${rule.direction} rule ${rule.index + 1} allows what comes ${condition}: clients send from ports that change with every connection, so hardly any gets through.`,
    remedy: 'Write the ports under destination: they are the ones that servers listen on.',
    confidence: 'certain',
  }
}
