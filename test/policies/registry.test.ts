import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { policyKinds } from '../../src/policies/registry.ts'

test('every folder of a policy kind is registered', () => {
  const folders = readdirSync('src/policies', { withFileTypes: true }).filter((entry) => entry.isDirectory())
  expect(policyKinds).toHaveLength(folders.length)
})

test('no object belongs to two kinds', () => {
  const objects = policyKinds.flatMap((kind) => kind.objects)
  expect(new Set(objects).size).toBe(objects.length)
})
