import { z } from 'zod'
import { reportShape } from './json-shape.ts'

/**
 * JSON Schema (2020-12) of the JSON report, published as `docs/reference/report.schema.json`. Unlike the shape it lets
 * further keys pass: minor versions add some, and who validates with an older schema must not fail on them.
 */
export function reportJsonSchema(): object {
  const { $schema, ...schema } = z.toJSONSchema(reportShape, {
    target: 'draft-2020-12',
    override: ({ jsonSchema }) => {
      delete jsonSchema.additionalProperties
    },
  })
  return { $schema, $id: 'portcullis-report-1', title: 'Portcullis report', ...schema }
}
