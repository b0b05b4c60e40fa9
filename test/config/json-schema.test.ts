import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { configJsonSchema, type JsonSchema } from '../../src/config/json-schema.ts'
import { knownRules } from './known-rules.ts'

const validate = new Ajv2020({ strict: false }).compile(configJsonSchema(knownRules))

describe('the published schema', () => {
  it.each([
    ['the least there can be', { version: 1 }],
    [
      'a cluster',
      { version: 1, clusters: { shop: { sources: [{ manifests: ['shop/**'] }], network: { cni: 'cilium' } } } },
    ],
    ['options of a rule', { version: 1, rules: { 'egress-any-ip': { severity: 'note', except: [] } } }],
    ['a rule switched off', { version: 1, rules: { 'egress-any-ip': 'off' } }],
  ])('accepts %s', (_, config) => {
    expect(validate(config)).toBe(true)
  })

  it.each([
    ['no version', {}],
    ['an unknown key', { version: 1, gates: {} }],
    ['an unknown rule', { version: 1, rules: { 'egress-any-ips': 'error' } }],
    ['an unknown option', { version: 1, rules: { 'egress-any-ip': { exept: [] } } }],
    ['an unknown preset', { version: 1, extends: 'strickt' }],
  ])('refuses %s', (_, config) => {
    expect(validate(config)).toBe(false)
  })

  it('says of every key what it is for', () => {
    expect(undescribed(configJsonSchema())).toEqual([])
  })

  it('takes any rule where none is known', () => {
    const validateAny = new Ajv2020({ strict: false }).compile(configJsonSchema())
    expect(validateAny({ version: 1, rules: { anything: 'error' } })).toBe(true)
  })
})

function undescribed(schema: JsonSchema, path = ''): string[] {
  const { items, additionalProperties: others, anyOf = [], properties = {} } = schema
  const below = [...anyOf, ...(items === undefined ? [] : [items]), ...(typeof others === 'object' ? [others] : [])]
  const named = Object.entries(properties).flatMap(([key, value]) => [
    ...(value.description === undefined ? [`${path}/${key}`] : []),
    ...undescribed(value, `${path}/${key}`),
  ])
  return [...named, ...below.flatMap((each) => undescribed(each, path))]
}
