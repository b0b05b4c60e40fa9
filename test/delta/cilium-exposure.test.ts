import { expect, test } from 'vitest'
import { measureExposure } from '../../src/delta/measure-exposure.ts'
import { ciliumProfile } from '../policies/cilium-store.ts'
import { analyse, shop } from './shop-delta.ts'

const front = `apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop}
spec: {ingressClassName: cilium, defaultBackend: {service: {name: web, port: {number: 80}}}}
`

const admitting = (entity: string): string => `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: web, namespace: shop}
spec: {endpointSelector: {matchLabels: {app: web}}, ingress: [{fromEntities: [${entity}]}]}
`

const exposed = (policy: string): string[] => {
  const files = { 'shop.yaml': shop, 'front.yaml': front, 'policy.yaml': policy }
  const { head } = analyse(files, files, ciliumProfile())
  return measureExposure(head as NonNullable<typeof head>)['internet-services-effective'].map(({ name }) => name)
}

test.each([
  ['ingress', ['shop/web']],
  ['cluster', ['shop/web']],
  ['all', ['shop/web']],
  ['remote-node', []],
  ['health', []],
])('an Ingress leads to pods that admit entity %s: %j', (entity, expected) => {
  expect(exposed(admitting(entity))).toEqual(expected)
})
