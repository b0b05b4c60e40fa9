import type { MetricName } from '../delta/exposure.ts'
import { measureExposure, totalOf } from '../delta/measure-exposure.ts'
import { commandSafe } from '../report/escape.ts'
import type { Arguments } from './command-spec.ts'
import { deliver } from './deliver.ts'
import { exposureJson } from './exposure-json.ts'
import { exposureText } from './exposure-text.ts'
import { type Io, wantsColour } from './io.ts'
import { rankNamespaces } from './rank-namespaces.ts'
import { readDirectory } from './read-directory.ts'
import { tellProblems } from './tell-problems.ts'

/** What a directory exposes, cluster by cluster, and which namespaces deserve a look first. */
export async function exposure(
  { operands: [directory = '.'], options }: Arguments<'exposure'>,
  io: Io,
): Promise<number> {
  const { clusters, problems } = await readDirectory(directory, options, io)
  const measured = clusters.map(({ name, view }) => ({
    name,
    metrics: measureExposure(view),
    namespaces: rankNamespaces(view),
    workloads: view.cluster.workloads.length,
    totalOf: (metric: MetricName) => totalOf(metric, view),
  }))
  const colour = options.output === undefined && wantsColour(io.stdout, io.env)
  const text = options.format === 'json' ? exposureJson(measured) : exposureText(measured, colour)
  deliver(commandSafe(text), options.output, io.cwd, io)
  return tellProblems(problems, io)
}
