import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findCases } from './find-cases.ts'
import { judgeCase } from './judge-case.ts'

const corpora = new URL('../../../shared/conformance', import.meta.url).pathname

/** The whole collection is run by `npm run conformance`; here the quick groups stand for it. */
const groups = ['recipes', 'k8s-netpol-e2e', 'semantics/kubernetes', 'semantics/validation']

test.skipIf(!existsSync(corpora)).each(groups)('%s (skipped: no ../shared/conformance)', (group) => {
  const failures = findCases(join(corpora, group)).flatMap((found) => {
    const result = judgeCase(found)
    return result.kind === 'failed' ? [`${found.name}: ${result.differences[0]}`] : []
  })
  expect(failures).toEqual([])
})
