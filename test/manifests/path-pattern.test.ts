import { describe, expect, it } from 'vitest'
import { globProblem, pathMatcher } from '../../src/manifests/path-pattern.ts'

describe('path patterns', () => {
  it.each([
    ['k8s/**', 'k8s/shop/web.yaml', true],
    ['k8s/**', 'k8s/.hidden/web.yaml', true],
    ['k8s/*.yaml', 'k8s/shop/web.yaml', false],
    ['k8s/*.{yaml,yml}', 'k8s/web.yml', true],
    ['manifests/install.yaml', 'manifests/install.yaml', true],
    ['k8s', 'k8s/web.yaml', false],
    ['**', 'web.yaml', true],
    ['**/web.yaml', 'web.yaml', true],
    ['**/prod/**', 'apps/shop/prod/web.yaml', true],
    ['**/prod/*/x.yaml', 'prod/a/prod/b/x.yaml', true],
    ['k8s/**/web.yaml', 'k8s/web.yaml', true],
    ['k8s/[a-c]*.yaml', 'k8s/beta.yaml', true],
    ['c++/web-?.yaml', 'c++/web-1.yaml', true],
  ])('%s and %s: %s', (pattern, path, matches) => {
    expect(globProblem(pattern)).toBeUndefined()
    expect(pathMatcher([pattern])(path)).toBe(matches)
  })

  it('take away what ! names, whatever the order', () => {
    const matches = pathMatcher(['!shop/test/**', 'shop/**'])
    expect(['shop/web.yaml', 'shop/test/web.yaml'].map(matches)).toEqual([true, false])
  })

  it.each([
    '',
    '!',
    '/k8s/**',
    '../k8s',
    './k8s',
    'k8s\\web',
    'k8s/',
    'a//b',
    '(a+)+',
    '[a]+',
    'k8s/{a',
    'k8s/[a',
    'a'.repeat(300),
    '*a'.repeat(20),
  ])('refuse %j', (pattern) => {
    expect(globProblem(pattern)).toBeTypeOf('string')
  })

  it('come to an end on a path made to be slow', () => {
    const patterns = ['*a*a*b', '**/a/**/a/**/a/**/b']
    expect(patterns.map(globProblem)).toEqual([undefined, undefined])
    expect(pathMatcher(patterns)('a'.repeat(255))).toBe(false)
    expect(pathMatcher(patterns)('a/'.repeat(2000))).toBe(false)
  })
})
