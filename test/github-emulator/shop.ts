import type { Files } from './git-repository.ts'

/** A small shop whose checkout policy a pull request may change. */
function checkoutPolicy(allowed: readonly string[]): string {
  return [
    'apiVersion: networking.k8s.io/v1',
    'kind: NetworkPolicy',
    'metadata:',
    '  name: checkout',
    '  namespace: shop',
    'spec:',
    '  podSelector:',
    '    matchLabels: {app: checkout}',
    '  policyTypes: [Ingress]',
    '  ingress:',
    '    - from:',
    ...allowed.map((app) => `        - podSelector: {matchLabels: {app: ${app}}}`),
    '',
  ].join('\n')
}

export const shopBefore: Files = {
  'k8s/checkout.yaml': checkoutPolicy(['web', 'mobile']),
  'README.md': '# Shop\n',
}

/** Line 12 allowed web and now allows payments; line 13 (mobile) stays. */
export const shopAfter: Files = { ...shopBefore, 'k8s/checkout.yaml': checkoutPolicy(['payments', 'mobile']) }
