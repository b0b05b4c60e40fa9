import { actionTables } from './action-tables.ts'
import { cliHelp } from './cli-help.ts'
import { configSchema } from './config-schema.ts'
import { diagnosticsPage } from './diagnostics-page.ts'
import type { Generator } from './generator.ts'
import { pluginTables } from './plugin-tables.ts'
import { policyRegistry } from './policy-registry.ts'
import { reportSchema } from './report-schema.ts'
import { ruleRegistry } from './rule-registry.ts'
import { ruleTable } from './rule-table.ts'

/** In the order they run: what reads a generated file comes behind what writes it. */
export const generators: readonly Generator[] = [
  policyRegistry,
  ruleRegistry,
  ruleTable,
  diagnosticsPage,
  pluginTables,
  actionTables,
  configSchema,
  reportSchema,
  cliHelp,
]
