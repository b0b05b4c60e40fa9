import { entryOf } from '../manifests/node.ts'
import { ciliumEntries, fieldIn, showEntry, showSubjectOf } from './cilium-words.ts'
import { fixIn, insertEntry } from './edit.ts'
import { defineRule, noOptions } from './rule.ts'

export default defineRule({
  id: 'fqdn-without-ports',
  title: 'Hosts are allowed by name on every port',
  severity: 'warning',
  fix: 'suggestion',
  tags: ['mitre-t1041', 'over-permission', 'cilium'],
  scope: 'side',
  options: noOptions,
  *check({ view }) {
    for (const found of ciliumEntries(view)) {
      const { spec, rule, entry } = found
      const written = entryOf(entry.node, 'toFQDNs')
      if (entry.names.length === 0 || entry.ports !== 'any' || written === undefined) continue
      const https = ['toPorts', [{ ports: [{ port: '443', protocol: 'TCP' }] }]] as const
      const { file } = spec.resource.provenance
      const edit =
        entry.node.kind === 'mapping' ? [insertEntry(file, entry.node, { entry: written, side: 'after' }, https)] : []
      yield {
        object: spec.id,
        discriminator: `${rule.name}${entry.section} ${entry.names
          .map(({ condition }) => condition)
          .sort()
          .join(' ')}`,
        at: { side: view.side, span: fieldIn(spec, entry.node, 'toFQDNs') },
        confidence: 'certain',
        message: `${showEntry(found)} names hosts and no ports: ${showSubjectOf(rule)} may use every port of whatever shares an address with them.`,
        remedy: 'Add toPorts with the port that is needed, mostly TCP 443.',
        ...fixIn(spec.resource, 'Allow TCP 443 only', edit),
      }
    }
  },
})
