import { expect, test } from 'vitest'
import type { Finding, Status } from '../../src/rules/finding.ts'
import { fingerprint } from '../../src/rules/fingerprint.ts'
import { foldFindings } from '../../src/rules/fold-findings.ts'

const web = { group: 'networking.k8s.io', kind: 'NetworkPolicy', namespace: 'shop', name: 'web' }

function found(cluster: string, status: Status, path: string, start = 0): Finding {
  return {
    rule: 'egress-any-ip',
    title: 'Pods may send to the whole internet',
    severity: 'error',
    status,
    fingerprint: fingerprint('egress-any-ip', web, 'ipv4'),
    clusters: [cluster],
    object: web,
    discriminator: 'ipv4',
    at: { side: 'head', span: { file: { path, text: 'x'.repeat(99) }, start, end: start + 1 } },
    message: 'anywhere',
    remedy: 'name the ranges',
    confidence: 'certain',
  }
}

test('the same finding in several clusters is one that lists them, with the other places', () => {
  const [folded, ...rest] = foldFindings([
    found('stage', 'new', 'stage/web.yaml'),
    found('prod', 'new', 'prod/web.yaml'),
  ])
  expect(rest).toEqual([])
  expect(folded).toMatchObject({ clusters: ['prod', 'stage'], at: { span: { file: { path: 'prod/web.yaml' } } } })
  expect(folded?.related?.map(({ message }) => message)).toEqual(['the same in stage'])
})

test('new in one cluster and old in another is new, in the one', () => {
  const folded = foldFindings([found('prod', 'existing', 'prod/web.yaml'), found('stage', 'new', 'stage/web.yaml')])
  expect(folded).toMatchObject([{ status: 'new', clusters: ['stage'] }])
})

test('fixed in one cluster and left in another is not fixed', () => {
  const folded = foldFindings([found('prod', 'fixed', 'prod/web.yaml'), found('stage', 'existing', 'stage/web.yaml')])
  expect(folded).toMatchObject([{ status: 'existing' }])
})

test('a fingerprint knows rule, object and discriminator, and nothing of the place', () => {
  expect(fingerprint('egress-any-ip', web, 'ipv4')).toMatch(/^[0-9a-f]{16}$/)
  expect(fingerprint('egress-any-ip', web, 'ipv6')).not.toBe(fingerprint('egress-any-ip', web, 'ipv4'))
  expect(found('prod', 'new', 'a.yaml').fingerprint).toBe(found('stage', 'new', 'b.yaml', 40).fingerprint)
})
