import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Case, findCases } from './find-cases.ts'

const pod = (name: string, port: number): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, namespace: shop, labels: {app: ${name}}}\nspec: {containers: [{name: main, image: i, ports: [{name: http, containerPort: ${port}}]}]}\n`

/** Checkout talks to payments on 8443 and to nobody else; payments talks to nobody. */
export const shop: Readonly<Record<string, string>> = {
  'namespace.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n',
  'checkout.yaml': pod('checkout', 8080),
  'payments.yaml': pod('payments', 8443),
  'closed.yaml': policy('closed', 'podSelector: {}\n  policyTypes: [Ingress, Egress]'),
  'payments-in.yaml': policy(
    'payments-in',
    'podSelector: {matchLabels: {app: payments}}\n  ingress: [{from: [{podSelector: {matchLabels: {app: checkout}}}], ports: [{port: 8443}]}]',
  ),
  'checkout-out.yaml': policy(
    'checkout-out',
    'podSelector: {matchLabels: {app: checkout}}\n  policyTypes: [Egress]\n  egress: [{to: [{podSelector: {matchLabels: {app: payments}}}]}]',
  ),
}

function policy(name: string, spec: string): string {
  return `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: ${name}, namespace: shop}\nspec:\n  ${spec}\n`
}

/** Writes a case into a temporary folder and finds it there. */
export function shopCase(
  expected: object,
  files: Readonly<Record<string, string>> = inFolder('manifests', shop),
): Case {
  const root = mkdtempSync(join(tmpdir(), 'shop-case-'))
  const all = { ...files, 'expected.json': JSON.stringify(expected) }
  for (const [path, text] of Object.entries(all)) {
    const target = join(root, 'shop-cases', 'one', path)
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, text)
  }
  const [found] = findCases(root)
  if (found === undefined) throw new Error('the case was not found')
  return found
}

export function inFolder(folder: string, files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text]))
}
