import { valueAt, type YamlNode } from '../../manifests/node.ts'
import type { Resource } from '../../manifests/resource.ts'
import { integerAt, itemsAt, textAt } from '../../model/fields.ts'
import type { NetworkProfile } from '../../model/network-profile.ts'
import type { Reporter } from '../../model/read-labels.ts'
import { type Direction, directions } from '../entry.ts'
import { PolicyReader } from '../policy-reader.ts'
import type { Context } from './context.ts'
import { checkLength } from './context.ts'
import { dialects } from './dialect.ts'
import { type AdminKind, adminFields } from './fields.ts'
import { readPeers, readSubject } from './read-peers.ts'
import { readPorts } from './read-ports.ts'
import type { AdminPolicySpec, AdminRule } from './spec.ts'
/** Reads one admin policy. Whatever the API server would refuse is reported with its place, and the rest is read. */
export function readAdminPolicy(resource: Resource, { ranges }: NetworkProfile, report: Reporter): AdminPolicySpec {
  const kind = resource.kind as AdminKind
  const reader = new PolicyReader(resource, report)
  const context: Context = {
    reader,
    dialect: dialects[kind],
    fields: adminFields[kind],
    services: ranges.services,
  }
  const spec = valueAt(resource.node, 'spec')
  reader.checkFields(resource.node, context.fields.object)
  reader.isTemplate(spec, 'the spec')
  reader.checkFields(spec, context.fields.spec)
  reader.checkName()
  checkOnlyName(context)
  const found = {
    id: { group: resource.group, kind, namespace: '', name: resource.name.value },
    tier: readTier(spec, context),
    priority: readPriority(spec, context),
    subject: readSubject(spec, context),
    rules: directions.flatMap((direction) => readRules(spec, direction, context)),
  }
  return { ...found, refused: reader.isRefused }
}

function checkOnlyName({ reader, dialect: { onlyName } }: Context): void {
  const { kind, name } = reader.resource
  if (onlyName !== undefined && name.value !== onlyName)
    reader.refuse('policy-name-invalid', name.span, `a ${kind} is called ${onlyName}`)
}

function readTier(spec: YamlNode | undefined, { reader, dialect }: Context): AdminPolicySpec['tier'] {
  if (dialect.tier !== 'written') return dialect.tier
  const node = valueAt(spec, 'tier')
  const text = textAt(node) ?? ''
  if (text !== 'Admin' && text !== 'Baseline' && !reader.isTemplate(node, 'the tier'))
    reader.refuse('tier-invalid', node, 'tier is Admin or Baseline, in this spelling')
  return text.toLowerCase() === 'baseline' ? 'baseline' : 'admin'
}

function readPriority(spec: YamlNode | undefined, { reader, dialect }: Context): number | undefined {
  if (!dialect.hasPriority) return undefined
  const node = valueAt(spec, 'priority')
  if (reader.isTemplate(node, 'the priority')) return undefined
  const priority = integerAt(node)
  if (priority !== undefined && priority >= 0 && priority <= 1000) return priority
  reader.refuse('priority-invalid', node, 'priority is a whole number from 0 to 1000, and has to be there')
  return undefined
}

function readRules(spec: YamlNode | undefined, direction: Direction, context: Context): AdminRule[] {
  const items = context.reader.list(spec, direction) ?? []
  checkLength(context, valueAt(spec, direction), direction, items.length, { least: 0, most: context.dialect.most })
  return items.map((item, index) => readRule(item, direction, index, context))
}

function readRule(node: YamlNode, direction: Direction, index: number, context: Context): AdminRule {
  const { reader, fields } = context
  reader.checkFields(node, direction === 'ingress' ? fields.ingressRule : fields.egressRule)
  const name = textAt(node, 'name') ?? ''
  if (name.length > 100)
    reader.refuse('policy-name-invalid', valueAt(node, 'name'), 'a rule name has at most 100 characters')
  const verdict = readVerdict(node, context)
  const found = readPeers(node, direction, verdict, context)
  const ports = readPorts(node, context)
  noteMisplacedNames(node, { ...found, ports }, context)
  return { direction, index, name, span: reader.spanOf(node), verdict, ...found, ports }
}

function readVerdict(node: YamlNode, { reader, dialect }: Context): AdminRule['verdict'] {
  const action = valueAt(node, 'action')
  const text = textAt(action) ?? ''
  if (Object.hasOwn(dialect.actions, text)) return dialect.actions[text]
  if (!reader.isTemplate(action, 'the action')) {
    const names = Object.keys(dialect.actions).join(', ')
    reader.refuse('action-invalid', action ?? node, `action is one of ${names}, in this spelling`)
  }
  return undefined
}

/** A port name means something on pods only. */
function noteMisplacedNames(
  node: YamlNode,
  { peers, domainNames, ports }: Pick<AdminRule, 'peers' | 'domainNames' | 'ports'>,
  { reader, dialect }: Context,
): void {
  if (
    ports === 'any' ||
    (domainNames.length === 0 && !peers.some(({ kind }) => kind === 'addresses' || kind === 'nodes'))
  )
    return
  ports.forEach(({ named }, index) => {
    if (!named) return
    reader.report(
      'named-port-misplaced',
      itemsAt(node, dialect.ports)[index],
      'a port name means nothing for networks, nodes and domainNames',
      'none',
      'Give the number, or put pods and other peers into rules of their own; the experimental channel refuses the mix.',
    )
  })
}
