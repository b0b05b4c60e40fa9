import { describe, expect, test } from 'vitest'
import { defaultLimits } from '../../src/manifests/limits.ts'
import { parseManifests } from '../../src/manifests/parse-manifests.ts'
import { textOf } from '../../src/source/span.ts'

const parse = (text: string, path = 'deploy/shop.yaml') => parseManifests({ path, text })
const identities = (text: string) =>
  parse(text).resources.map(({ group, version, kind, namespace, name }) =>
    [group, version, kind, namespace?.value ?? '-', name.value].join(' '),
  )
const codes = (text: string, path?: string) => parse(text, path).diagnostics.map(({ code }) => code)

const service = 'apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\n'
const networkPolicy = 'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: payments}\n'

describe('resources of a file', () => {
  test.each([
    [
      'documents',
      `${service}---\n${networkPolicy}`,
      [' v1 Service shop web', 'networking.k8s.io v1 NetworkPolicy - payments'],
    ],
    [
      'a generated name',
      'apiVersion: batch/v1\nkind: Job\nmetadata: {generateName: refund-}\n',
      ['batch v1 Job - refund-*'],
    ],
    ['an empty namespace', 'apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: ""}\n', [' v1 Pod - web']],
    ['JSON', '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}}', [' v1 Pod - web']],
    [
      'a list whose items name no type',
      'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicyList\nitems: [{metadata: {name: payments}}]\n',
      ['networking.k8s.io v1 NetworkPolicy - payments'],
    ],
    [
      'lists in lists',
      'apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: PodList, items: [{metadata: {name: web}}]}]\n',
      [' v1 Pod - web'],
    ],
    ['an escaped key', '"\\x61piVersion": v1\nkind: Pod\nmetadata: {name: web}\n', [' v1 Pod - web']],
    ['nothing but comments and null', '# shop\n---\n---\nnull\n', []],
  ])('%s', (_, text, expected) => {
    expect(identities(text)).toEqual(expected)
    expect(codes(text)).toEqual([])
  })

  test('the place of a list item is the item', () => {
    const [item] = parse(
      'apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod, metadata: {name: web}}\n',
    ).resources
    expect(item && textOf(item.provenance.document)).toBe('{apiVersion: v1, kind: Pod, metadata: {name: web}}')
  })
})

describe('what cannot be read is reported at its place, and the rest is read', () => {
  test('a broken document between two good ones', () => {
    const text = `${service}---\napiVersion: v1\nkind: [\n---\n${networkPolicy}`
    const { resources, gaps, documents } = parse(text)
    expect(resources.map(({ kind }) => kind)).toEqual(['Service', 'NetworkPolicy'])
    expect(documents).toBe(3)
    expect(gaps).toMatchObject([{ code: 'document-unparsable', effect: 'unknown' }])
    expect(gaps[0]?.span.start).toBeGreaterThan(service.length)
    expect(gaps[0]?.span.end).toBeLessThanOrEqual(text.indexOf(networkPolicy))
  })

  test.each([
    ['a kind without an apiVersion', 'kind: Pod\nmetadata: {name: web}\n', 'kind-missing'],
    ['an apiVersion without a kind', 'apiVersion: v1\nmetadata: {name: web}\n', 'kind-missing'],
    [
      'an item of a plain List without a type',
      'apiVersion: v1\nkind: List\nitems: [{metadata: {name: web}}]\n',
      'kind-missing',
    ],
    ['an item that is no object', 'apiVersion: v1\nkind: List\nitems: [web]\n', 'kind-missing'],
    ['an object without a name', 'apiVersion: v1\nkind: Pod\nmetadata: {}\n', 'name-missing'],
    ['a name that is a number', 'apiVersion: v1\nkind: Pod\nmetadata: {name: 7}\n', 'field-type'],
    ['a name from a template', 'apiVersion: v1\nkind: Pod\nmetadata: {name: {{ .Release.Name }} }\n', 'template-value'],
    ['a key written twice', 'apiVersion: v1\nkind: Pod\nmetadata: {name: web, name: api}\n', 'duplicate-key'],
    [
      'a template that is no YAML',
      '{{- if .Values.web }}\napiVersion: v1\nkind: Pod\n{{- end }}\n',
      'template-unparsable',
    ],
  ])('%s', (_, text, code) => {
    expect(codes(text)).toEqual([code])
  })

  test('the last of two names counts', () => {
    expect(identities('apiVersion: v1\nkind: Pod\nmetadata: {name: web, name: api}\n')).toEqual([' v1 Pod - api'])
  })

  test('documents beyond the limit', () => {
    const found = parseManifests(
      { path: 'shop.yaml', text: `${service}---\n`.repeat(3) },
      { ...defaultLimits, documents: 2 },
    )
    expect(found.resources).toHaveLength(2)
    expect(found.gaps).toMatchObject([{ code: 'document-limit', effect: 'unknown' }])
  })
})

test('a template in a comment hides nothing', () => {
  expect(identities(`# {{ .Values.note }}\n${service}`)).toEqual([' v1 Service shop web'])
})

describe('documents that are no manifests are counted and not reported', () => {
  test.each([
    ['.github/workflows/ci.yaml', 'on: push\njobs: {test: {kind: fast}}\n', 'workflow'],
    ['charts/shop/values.yaml', 'kind: Deployment\nreplicas: 2\n', 'values'],
    ['charts/shop/Chart.yaml', 'apiVersion: v2\nname: shop\nversion: 1.0.0\n', 'chart'],
    ['deploy/kustomization.yaml', 'resources: [web.yaml]\n', 'kustomization'],
    [
      'deploy/kustomization.yaml',
      'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n',
      'kustomization',
    ],
    ['compose.yaml', 'services: {web: {image: shop}}\n', 'compose'],
    [
      'crds/orders.yaml',
      'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: orders}\n',
      'crd-schema',
    ],
    ['api.yaml', 'openapi: 3.1.0\ninfo: {title: the kind shop}\n', 'openapi'],
    ['kubeconfig.yaml', 'apiVersion: v1\nkind: Config\nclusters: []\n', 'config'],
    ['patches/gone.yaml', `${networkPolicy}$patch: delete\n`, 'patch'],
    ['patches/ports.yaml', '- {op: replace, path: /kind, value: x}\n', 'other'],
    ['playbook.yaml', 'tasks: [\n', 'other'],
    ['playbook.yaml', 'kind: [\n', 'other'],
  ] as const)('%s: %j is %s', (path, text, kind) => {
    const found = parse(text, path)
    expect(found.resources).toEqual([])
    expect(found.diagnostics).toEqual([])
    expect(found.others[kind]).toBe(1)
    expect(found.documents).toBe(1)
  })
})

describe('a document that is a list', () => {
  const shop = '{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}'
  const endpoints = '{"apiVersion": "projectcalico.org/v3", "kind": "HostEndpoint", "metadata": {"name": "till"}}'

  test('its objects are read, and kubectl is said to refuse it', () => {
    const { resources, diagnostics } = parseManifests({ path: 'shop.json', text: `[${shop}, {"price": 3}]` })
    expect(resources.map(({ name }) => name.value)).toEqual(['shop'])
    expect(diagnostics).toMatchObject([{ code: 'bare-list', effect: 'unknown' }])
  })

  test('calicoctl takes a list of its own objects', () => {
    const { resources, diagnostics } = parseManifests({ path: 'hosts.json', text: `[${endpoints}]` })
    expect(resources.map(({ kind }) => kind)).toEqual(['HostEndpoint'])
    expect(diagnostics).toMatchObject([{ code: 'bare-list', effect: 'none' }])
  })

  test('without objects it is some other document', () => {
    const { diagnostics, others } = parseManifests({ path: 'prices.json', text: '[{"kind": "till", "price": 3}]' })
    expect(diagnostics).toEqual([])
    expect(others.other).toBe(1)
  })
})
