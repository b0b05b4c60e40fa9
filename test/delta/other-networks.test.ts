import { expect, test } from 'vitest'
import { networkKinds } from '../../src/delta/other-networks.ts'
import { isNetworkRelevant } from '../../src/manifests/network-relevant.ts'
import { textOf } from '../../src/source/span.ts'
import { analyse, shop } from './shop-delta.ts'

const told = (manifest: string): { readonly at: string; readonly message: string }[] => {
  const { diagnostics } = analyse({ 'shop.yaml': shop }, { 'shop.yaml': shop, 'other.yaml': manifest })
  expect(diagnostics.base).toEqual([])
  for (const found of diagnostics.head) expect(found).toMatchObject({ code: 'network-not-modelled', effect: 'unknown' })
  return diagnostics.head.map(({ span, message }) => ({ at: textOf(span), message }))
}

const deployment = (podMetadata: string, own = ''): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: till, namespace: shop${own}}
spec:
  selector: {matchLabels: {app: till}}
  template:
    metadata: {labels: {app: till}${podMetadata}}
    spec: {containers: [{name: till, image: till}]}
`

test.each(networkKinds)('%s is told at its name, and belongs to a cluster', (name) => {
  const [group = '', kind = ''] = name.split('/')
  expect(isNetworkRelevant({ group, kind })).toBe(true)
  const manifest = `apiVersion: ${group}/v1\nkind: ${kind}\nmetadata: {name: cash, namespace: shop}\nspec: {}\n`
  expect(told(manifest)).toEqual([{ at: 'cash', message: expect.stringContaining(`${kind} cash makes a network`) }])
})

test('pods that join a network are told at the annotation', () => {
  const annotations = ', annotations: {k8s.v1.cni.cncf.io/networks: cash}'
  expect(told(deployment(annotations))).toEqual([
    {
      at: 'k8s.v1.cni.cncf.io/networks: cash',
      message: expect.stringContaining('Deployment till joins another network'),
    },
  ])
})

test('an annotation written with escapes joins as well', () => {
  const written = String.raw`"k8s.v1.cni.cncf.i\u006f/networks"`
  expect(told(deployment(`, annotations: {${written}: cash}`)).map(({ at }) => at)).toEqual([`${written}: cash`])
})

test('an empty list of networks, and an annotation of the Deployment itself, join nothing', () => {
  expect(told(deployment(', annotations: {k8s.v1.cni.cncf.io/networks: "[]"}'))).toEqual([])
  expect(told(deployment('', ', annotations: {k8s.v1.cni.cncf.io/networks: cash}'))).toEqual([])
})

test('a virtual machine joins by its networks', () => {
  const machine = (networks: string): string => `apiVersion: kubevirt.io/v1
kind: VirtualMachine
metadata: {name: till, namespace: shop}
spec: {template: {spec: {networks: [${networks}], domain: {devices: {}}}}}
`
  expect(told(machine('{name: cash, multus: {networkName: cash}}'))).toHaveLength(1)
  expect(told(machine('{name: default, pod: {}}'))).toEqual([])
})

test('a namespace that may have a network of its own is told at its label', () => {
  const namespace =
    'apiVersion: v1\nkind: Namespace\nmetadata: {name: vault, labels: {k8s.ovn.org/primary-user-defined-network: ""}}\n'
  expect(told(namespace)).toEqual([{ at: expect.any(String), message: expect.stringContaining('Namespace vault') }])
})
