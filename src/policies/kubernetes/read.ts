import { entryOf, isUnset, spanOf, valueAt, type YamlNode } from '../../manifests/node.ts'
import { reportAmbiguous } from '../../manifests/reader.ts'
import type { Resource } from '../../manifests/resource.ts'
import { isSet, isTemplated, itemsAt, textAt } from '../../model/fields.ts'
import type { Reporter } from '../../model/read-labels.ts'
import { readLabelSelector } from '../../model/read-selector.ts'
import { isPortProtocol } from '../../model/read-workload.ts'
import { AddressSet } from '../../sets/address-set.ts'
import { parseCidr } from '../../sets/cidr.ts'
import { ConnectionSet } from '../../sets/connection-set.ts'
import { namedPort, portRange } from '../../sets/port-set.ts'
import { diagnostic, type Effect } from '../../source/diagnostic.ts'
import type { DiagnosticCode } from '../../source/diagnostic-code.ts'
import type { Span } from '../../source/span.ts'
import type { Direction } from '../entry.ts'
import { type FieldHolder, networkPolicyFields } from './fields.ts'
import type { IpBlock, NetworkPolicyRule, NetworkPolicySpec, PolicyPeer, PolicyPort } from './spec.ts'

const REFUSED = 'The API server refuses the object as it stands; correct the field.'

/** Reads one NetworkPolicy. Whatever the API server would refuse is reported with its place, and the rest is read. */
export function readNetworkPolicy(resource: Resource, namespace: string, report: Reporter): NetworkPolicySpec {
  const reader = new PolicyReader(resource, report)
  const spec = valueAt(resource.node, 'spec')
  reader.checkFields(resource.node, 'object')
  reader.checkFields(spec, 'spec')
  if (isTemplated(resource, spec))
    reader.report('template-value', reader.spanOf(spec), 'the spec holds a template expression', 'unknown')
  const types = reader.policyTypes(spec)
  const rules = { ingress: reader.rules(spec, 'ingress'), egress: reader.rules(spec, 'egress') }
  return {
    id: { group: 'networking.k8s.io', kind: 'NetworkPolicy', namespace, name: resource.name.value },
    resource,
    podSelector: readLabelSelector(resource, valueAt(spec, 'podSelector'), report),
    podSelectorSpan:
      reader.entrySpan(spec, 'podSelector') ?? reader.entrySpan(resource.node, 'spec') ?? resource.name.span,
    isolates: types ?? { ingress: true, egress: itemsAt(spec, 'egress').length > 0 },
    typesSpan: types === undefined ? undefined : reader.entrySpan(spec, 'policyTypes'),
    rules,
    rulesSpan: { ingress: reader.entrySpan(spec, 'ingress'), egress: reader.entrySpan(spec, 'egress') },
  }
}

class PolicyReader {
  readonly #resource: Resource
  readonly #report: Reporter

  constructor(resource: Resource, report: Reporter) {
    this.#resource = resource
    this.#report = report
  }

  report(code: DiagnosticCode, span: Span, message: string, effect: Effect, hint: string = REFUSED): void {
    this.#report(
      diagnostic(code, span, { message: `NetworkPolicy ${this.#resource.name.value}: ${message}`, hint, effect }),
    )
  }

  spanOf(node: YamlNode | undefined): Span {
    return node === undefined ? this.#resource.name.span : spanOf(this.#resource.provenance.file, node)
  }

  entrySpan(node: YamlNode | undefined, name: string): Span | undefined {
    const entry = entryOf(node, name)
    return entry === undefined ? undefined : spanOf(this.#resource.provenance.file, entry)
  }

  /** A field that does not exist is dropped by lenient clients, and dropping a condition widens. */
  checkFields(node: YamlNode | undefined, holder: FieldHolder): void {
    if (node?.kind !== 'mapping' || isTemplated(this.#resource, node)) return
    const known: Readonly<Record<string, string>> = networkPolicyFields[holder]
    for (const entry of node.entries) {
      if (Object.hasOwn(known, entry.name)) continue
      const span = spanOf(this.#resource.provenance.file, entry)
      const names = Object.keys(known).join(', ')
      this.report(
        'unknown-field',
        span,
        `there is no field ${entry.name} here; it is dropped, and what remains may allow more`,
        'wider',
        `The fields here are ${names}.`,
      )
    }
  }

  /** Directions that are isolated as written; undefined when the API server fills them in. */
  policyTypes(spec: YamlNode | undefined): Record<Direction, boolean> | undefined {
    const items = itemsAt(spec, 'policyTypes')
    if (items.length === 0) return undefined
    if (items.length > 2)
      this.report('policy-type-invalid', this.spanOf(items[2]), 'policyTypes has at most two items', 'unknown')
    const types = items.map((item) => textAt(item))
    items.forEach((item, index) => {
      if (types[index] === 'Ingress' || types[index] === 'Egress') return
      this.report(
        'policy-type-invalid',
        this.spanOf(item),
        'an item of policyTypes is Ingress or Egress, in this spelling',
        'unknown',
      )
    })
    return { ingress: types.includes('Ingress'), egress: types.includes('Egress') }
  }

  rules(spec: YamlNode | undefined, direction: Direction): NetworkPolicyRule[] {
    return itemsAt(spec, direction).map((item, index) => this.#rule(item, direction, index))
  }

  #rule(node: YamlNode, direction: Direction, index: number): NetworkPolicyRule {
    const peersKey = direction === 'ingress' ? 'from' : 'to'
    this.#checkNull(node)
    this.checkFields(node, direction === 'ingress' ? 'ingressRule' : 'egressRule')
    const peers = this.#unreadableList(node, peersKey)
      ? [this.#unreadablePeer(node, peersKey)]
      : itemsAt(node, peersKey).map((item) => this.#peer(item))
    const ports = this.#unreadableList(node, 'ports')
      ? [this.#unreadablePort(node)]
      : itemsAt(node, 'ports').map((item) => this.#port(item))
    return {
      direction,
      index,
      span: this.spanOf(node),
      peers: peers.length === 0 ? 'any' : peers,
      peersSpan: this.entrySpan(node, peersKey),
      ports: ports.length === 0 ? 'any' : ports,
      portsSpan: this.entrySpan(node, 'ports'),
    }
  }

  #checkNull(node: YamlNode): void {
    if (node.kind === 'scalar' && node.value === null) {
      this.report(
        'null-item',
        this.spanOf(node),
        'a null item is read as an empty one, which stands for everything',
        'unknown',
        'Remove the item, or write what it should say.',
      )
    }
  }

  /** A list that is written and is no list: a template expression, a mapping. */
  #unreadableList(node: YamlNode, name: string): boolean {
    const value = valueAt(node, name)
    if (value === undefined || isUnset(value) || value.kind === 'sequence') return false
    this.report(
      isTemplated(this.#resource, value) ? 'template-value' : 'field-type',
      this.spanOf(value),
      `${name} is not a list`,
      'unknown',
    )
    return true
  }

  #unreadablePeer(node: YamlNode, name: string): PolicyPeer {
    const value = valueAt(node, name) as YamlNode
    return {
      span: this.spanOf(value),
      node: value,
      podSelector: undefined,
      namespaceSelector: undefined,
      ipBlock: undefined,
      valid: false,
    }
  }

  #unreadablePort(node: YamlNode): PolicyPort {
    const value = valueAt(node, 'ports') as YamlNode
    return {
      span: this.spanOf(value),
      node: value,
      protocol: 'TCP',
      protocolWritten: false,
      port: undefined,
      portSpan: undefined,
      endPort: undefined,
      connections: ConnectionSet.none,
      valid: false,
    }
  }

  #peer(node: YamlNode): PolicyPeer {
    this.checkFields(node, 'peer')
    const select = (name: string) =>
      isSet(node, name) ? readLabelSelector(this.#resource, valueAt(node, name), this.#report) : undefined
    const podSelector = select('podSelector')
    const namespaceSelector = select('namespaceSelector')
    const block = valueAt(node, 'ipBlock')
    const ipBlock = block === undefined || isUnset(block) ? undefined : this.#ipBlock(block)
    const selects = podSelector !== undefined || namespaceSelector !== undefined
    const blocks = block !== undefined && !isUnset(block)
    if (!selects && !blocks)
      this.report(
        'peer-invalid',
        this.spanOf(node),
        'a peer needs podSelector, namespaceSelector or ipBlock',
        'unknown',
      )
    if (selects && blocks)
      this.report('peer-invalid', this.spanOf(node), 'ipBlock cannot stand beside a selector in one item', 'unknown')
    const valid = selects !== blocks && (!blocks || ipBlock !== undefined)
    return { span: this.spanOf(node), node, podSelector, namespaceSelector, ipBlock, valid }
  }

  #ipBlock(node: YamlNode): IpBlock | undefined {
    this.checkFields(node, 'ipBlock')
    const cidr = textAt(node, 'cidr')
    const cidrNode = valueAt(node, 'cidr')
    if (node.kind !== 'mapping' || cidr === undefined || cidrNode === undefined) {
      this.report('cidr-invalid', this.spanOf(node), 'ipBlock has no cidr', 'unknown')
      return undefined
    }
    const whole = this.#cidr(cidr, cidrNode, 'cidr-invalid')
    if (whole === undefined) return undefined
    const exceptNodes = itemsAt(node, 'except')
    const except = exceptNodes.map((item) => this.#except(item, whole, cidr))
    if (except.includes(undefined)) return undefined
    const addresses = except.reduce<AddressSet>((left, set) => left.subtract(set as AddressSet), whole)
    return { cidr, except: exceptNodes.map((item) => textAt(item) ?? ''), addresses, node }
  }

  #except(node: YamlNode, whole: AddressSet, cidr: string): AddressSet | undefined {
    const text = textAt(node)
    const set = text === undefined ? undefined : this.#cidr(text, node, 'except-invalid')
    if (set === undefined) {
      if (text === undefined)
        this.report('except-invalid', this.spanOf(node), 'an except item is not a CIDR', 'unknown')
      return undefined
    }
    if (set.isSubsetOf(whole) && !set.equals(whole)) return set
    this.report('except-invalid', this.spanOf(node), `except ${text} does not lie strictly inside ${cidr}`, 'unknown')
    return undefined
  }

  #cidr(text: string, node: YamlNode, code: 'cidr-invalid' | 'except-invalid'): AddressSet | undefined {
    const span = this.spanOf(node)
    if (isTemplated(this.#resource, node)) {
      this.report(
        'template-value',
        span,
        'a CIDR holds a template expression',
        'unknown',
        'Point the gate at the rendered manifests.',
      )
      return undefined
    }
    const parsed = parseCidr(text)
    if (!parsed.ok) {
      this.report(
        code,
        span,
        `${text} is not a CIDR: ${parsed.problem}`,
        'unknown',
        'Write address/prefix, such as 203.0.113.0/24.',
      )
      return undefined
    }
    const set =
      parsed.family === 4
        ? AddressSet.v4Range(parsed.first, parsed.last)
        : AddressSet.v6Range(parsed.first, parsed.last)
    if (parsed.hostBits)
      this.report(
        'cidr-host-bits',
        span,
        `${text} has bits set behind its prefix; it means ${set.cidrs()[0]}`,
        'none',
        `Write ${set.cidrs()[0]}.`,
      )
    return set
  }

  #port(node: YamlNode): PolicyPort {
    this.checkFields(node, 'port')
    const written = textAt(node, 'protocol')
    const protocolNode = valueAt(node, 'protocol')
    const protocolSet = protocolNode !== undefined && !isUnset(protocolNode)
    const protocol = written !== undefined && isPortProtocol(written) ? written : 'TCP'
    const protocolValid = !protocolSet || (written !== undefined && isPortProtocol(written))
    if (!protocolValid)
      this.report(
        'protocol-invalid',
        this.spanOf(protocolNode),
        `protocol is TCP, UDP or SCTP, not ${written ?? 'this'}`,
        'unknown',
      )
    const port = this.#portNumber(node)
    const endPort = this.#endPort(node, port.value)
    const valid = protocolValid && port.valid && endPort.valid
    return {
      span: this.spanOf(node),
      node,
      protocol,
      protocolWritten: protocolSet,
      port: port.value,
      portSpan: port.value === undefined ? undefined : this.spanOf(valueAt(node, 'port')),
      endPort: endPort.value,
      connections: valid ? connectionsOf(protocol, port.value, endPort.value) : ConnectionSet.none,
      valid,
    }
  }

  #portNumber(node: YamlNode): { readonly value: number | string | undefined; readonly valid: boolean } {
    const found = valueAt(node, 'port')
    if (found === undefined || isUnset(found)) return { value: undefined, valid: true }
    const value = found.kind === 'scalar' ? found.value : undefined
    reportAmbiguous({ file: this.#resource.provenance.file, report: this.#report }, found)
    if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65_535)
      return { value, valid: true }
    if (typeof value === 'string' && isPortName(value)) return { value, valid: true }
    if (isTemplated(this.#resource, found)) {
      this.report(
        'template-value',
        this.spanOf(found),
        'a port holds a template expression',
        'unknown',
        'Point the gate at the rendered manifests.',
      )
      return { value: undefined, valid: false }
    }
    const quoted = typeof value === 'string' && /^\d+$/.test(value)
    const problem = quoted
      ? `port "${value}" in quotes is a name without a letter, not a number`
      : 'a port is a number from 1 to 65535 or a port name'
    this.report('port-invalid', this.spanOf(found), problem, 'unknown', quoted ? 'Remove the quotes.' : REFUSED)
    return { value: undefined, valid: false }
  }

  #endPort(
    node: YamlNode,
    port: number | string | undefined,
  ): { readonly value: number | undefined; readonly valid: boolean } {
    const found = valueAt(node, 'endPort')
    if (found === undefined || isUnset(found)) return { value: undefined, valid: true }
    const value = found.kind === 'scalar' ? found.value : undefined
    const problem = endPortProblem(value, port)
    if (problem === undefined) return { value: value as number, valid: true }
    this.report('endport-invalid', this.spanOf(found), problem, 'unknown')
    return { value: undefined, valid: false }
  }
}

function endPortProblem(value: unknown, port: number | string | undefined): string | undefined {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > 65_535)
    return 'endPort is a number from 1 to 65535'
  if (port === undefined) return 'endPort needs a port to start from'
  if (typeof port === 'string') return 'endPort cannot stand beside a named port'
  return value < port ? `endPort ${value} is below port ${port}` : undefined
}

/** 1 to 15 characters of `[a-z0-9-]` with a letter among them; no `-` at either end and no two in a row. */
function isPortName(text: string): boolean {
  return /^(?=.*[a-z])[a-z0-9]([a-z0-9-]{0,13}[a-z0-9])?$/.test(text) && !text.includes('--')
}

function connectionsOf(
  protocol: PolicyPort['protocol'],
  port: number | string | undefined,
  endPort: number | undefined,
): ConnectionSet {
  if (port === undefined) return ConnectionSet.of(protocol)
  return ConnectionSet.of(protocol, typeof port === 'string' ? namedPort(port) : portRange(port, endPort ?? port))
}
