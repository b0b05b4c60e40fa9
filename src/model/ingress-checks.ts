import { isUnset, spanOf, valueAt, type YamlNode } from '../manifests/node.ts'
import type { Resource } from '../manifests/resource.ts'
import { parseV4, parseV6 } from '../sets/cidr.ts'
import { type Diagnostic, diagnostic, type Effect } from '../source/diagnostic.ts'
import type { Span } from '../source/span.ts'
import { annotationsAt, integerAt, isSet, isTemplated, itemsAt, nameAt, spanAt, textAt } from './fields.ts'
import { isPortName, isPortNumber } from './port-forms.ts'
import { isServiceName } from './written-name.ts'

type Report = (problem: Diagnostic) => void

/** Reports what the API server refuses in an Ingress, backends aside. `old`: one of the versions before v1. */
export function checkIngress(resource: Resource, old: boolean, report: Report): void {
  const spec = valueAt(resource.node, 'spec')
  const fallback = old ? 'backend' : 'defaultBackend'
  if (!isSet(spec, fallback) && isUnset(valueAt(spec, 'rules')) && !isTemplated(resource, spec)) {
    refuse(spanAt(resource, 'spec'), 'An Ingress needs rules or a default backend', `Add rules or ${fallback}.`, report)
  }
  checkClass(resource, report)
  for (const rule of itemsAt(spec, 'rules')) {
    checkHost(resource, valueAt(rule, 'host'), report)
    checkPaths(resource, rule, old, report)
  }
}

function checkClass(resource: Resource, report: Report): void {
  const field = textAt(resource.node, 'spec', 'ingressClassName')
  const annotation = annotationsAt(resource.node, 'metadata', 'annotations').get('kubernetes.io/ingress.class')
  if (field === undefined || annotation === undefined || field === annotation) return
  const message = `ingressClassName ${field} and the annotation kubernetes.io/ingress.class disagree`
  refuse(spanAt(resource, 'spec', 'ingressClassName'), message, 'Remove the annotation.', report)
}

function checkHost(resource: Resource, node: YamlNode | undefined, report: Report): void {
  const host = textAt(node) ?? ''
  if (node === undefined || host === '' || isTemplated(resource, node)) return
  const isAddress = typeof parseV4(host) === 'number' || typeof parseV6(host) === 'bigint'
  if (!isAddress && /^(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/.test(host)) return
  const message = `${JSON.stringify(host)} is not a host of an Ingress`
  refuse(
    spanOf(resource.provenance.file, node),
    message,
    'Write a DNS name in lower case, or *. and a domain; no port.',
    report,
  )
}

function checkPaths(resource: Resource, rule: YamlNode, old: boolean, report: Report): void {
  const { file } = resource.provenance
  const paths = itemsAt(rule, 'http', 'paths')
  if (isSet(rule, 'http') && paths.length === 0 && !isTemplated(resource, valueAt(rule, 'http'))) {
    refuse(
      spanOf(file, rule),
      'http needs at least one path',
      'List a path, or drop http for the default backend.',
      report,
    )
  }
  for (const item of paths) {
    if (!old) checkPathType(resource, item, report)
    checkPath(resource, item, report)
  }
}

function checkPathType(resource: Resource, item: YamlNode, report: Report): void {
  const node = valueAt(item, 'pathType')
  if (isTemplated(resource, node) || ['Exact', 'Prefix', 'ImplementationSpecific'].includes(textAt(node) ?? '')) return
  const span = spanOf(resource.provenance.file, node ?? item)
  refuse(span, 'A path needs a pathType', 'Use Exact, Prefix or ImplementationSpecific.', report)
}

function checkPath(resource: Resource, item: YamlNode, report: Report): void {
  const node = valueAt(item, 'path')
  const type = textAt(item, 'pathType')
  if ((type !== 'Exact' && type !== 'Prefix') || isTemplated(resource, node)) return
  const path = textAt(node) ?? ''
  if (path.startsWith('/') && !/\/\/|\/\.\/|\/\.\.\/|%2f|\/\.\.?$/i.test(path)) return
  const span = spanOf(resource.provenance.file, node ?? item)
  refuse(
    span,
    `${JSON.stringify(path)} is not a path for pathType ${type}`,
    'Begin with a slash and leave out //, . and ...',
    report,
  )
}

/**
 * Whether a backend names a Service port. Reports one that the API server refuses, one that leads to another resource
 * (`backend-unsupported`), and one whose Service or port is a template.
 */
export function checkIngressBackend(
  resource: Resource,
  backend: YamlNode,
  span: Span,
  { report }: { readonly report: Report },
): boolean {
  const current = isSet(backend, 'service')
  if (isTemplated(resource, backend)) return templated(span, report)
  if (current && isSet(backend, 'resource')) {
    return refuse(span, 'A backend is either a Service or a resource', 'Remove one of the two.', report)
  }
  if (!current && isSet(backend, 'resource')) {
    const kind = textAt(backend, 'resource', 'kind') ?? 'resource'
    const detail = {
      message: `What a backend of kind ${kind} exposes is unknown`,
      hint: 'Lead to a Service.',
      effect: 'narrower',
    } as const
    report(diagnostic('backend-unsupported', span, detail))
    return false
  }
  return current ? checkService(resource, backend, span, report) : checkOldService(resource, backend, span, report)
}

function checkService(resource: Resource, backend: YamlNode, span: Span, report: Report): boolean {
  const name = valueAt(backend, 'service', 'name')
  const port = valueAt(backend, 'service', 'port')
  const parts = [port, valueAt(port, 'name'), valueAt(port, 'number')]
  if (parts.some((part) => isTemplated(resource, part))) return templated(span, report)
  if (!isTemplated(resource, name) && !isServiceName(textAt(name) ?? ''))
    return refuse(span, 'A backend needs the name of a Service', 'Write one in service.name.', report)
  if (isSet(port, 'name') === isSet(port, 'number'))
    return refuse(
      span,
      'A backend port is either a name or a number',
      'Give port.name or port.number, not both.',
      report,
    )
  if (isPortName(textAt(port, 'name') ?? '') || isPortNumber(integerAt(port, 'number') ?? 0)) return true
  return refuse(span, 'This backend port is neither a port nor a port name', 'Write the port of the Service.', report)
}

function checkOldService(resource: Resource, backend: YamlNode, span: Span, report: Report): boolean {
  const name = valueAt(backend, 'serviceName')
  const port = valueAt(backend, 'servicePort')
  if (isTemplated(resource, port) || (isTemplated(resource, name) && textAt(name) === undefined))
    return templated(span, report)
  if ((nameAt(resource, name) ?? '') !== '' && !isUnset(port)) return true
  return refuse(span, 'A backend needs a Service and a port', 'Give service.name and service.port.', report)
}

function templated(span: Span, report: Report): false {
  return say(
    'template-value',
    span,
    'A backend cannot be read before it is rendered',
    'Let the gate read rendered manifests.',
    report,
  )
}

function refuse(span: Span, message: string, hint: string, report: Report): false {
  return say('ingress-refused', span, message, hint, report)
}

function say(
  code: 'ingress-refused' | 'template-value',
  span: Span,
  message: string,
  hint: string,
  report: Report,
): false {
  const effect: Effect = 'unknown'
  report(diagnostic(code, span, { message, hint, effect }))
  return false
}
