import { configJsonSchema } from '../config/json-schema.ts'
import { reportJsonSchema } from '../report/json-schema.ts'
import { rules } from '../rules/registry.ts'
import { nearest } from '../source/nearest.ts'
import type { Arguments } from './command-spec.ts'
import type { Io } from './io.ts'
import { UsageError } from './usage-error.ts'

const schemas = { config: () => configJsonSchema(rules), report: () => reportJsonSchema() } as const

/** Prints a published JSON Schema. */
export async function schema({ operands: [name = 'config'] }: Arguments<'schema'>, io: Io): Promise<number> {
  if (!isSchema(name)) {
    const meant = nearest(name, Object.keys(schemas))
    throw new UsageError(
      `there is no schema ${JSON.stringify(name)}`,
      meant === undefined ? 'There are config and report.' : `Did you mean ${meant}?`,
    )
  }
  io.stdout.write(`${JSON.stringify(schemas[name](), undefined, 2)}\n`)
  return 0
}

const isSchema = (name: string): name is keyof typeof schemas => Object.hasOwn(schemas, name)
