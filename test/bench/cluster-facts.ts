import { buildCluster } from '../../src/model/build-cluster.ts'
import { defaultProfile } from '../../src/model/network-profile.ts'
import { compilePolicies } from '../../src/policies/compile-policies.ts'
import { partition } from '../../src/reach/partition.ts'
import { selectorKey } from '../../src/reach/selector-scope.ts'
import { directoryTree } from '../../src/trees/directory-tree.ts'
import { readSide } from '../../src/trees/read-side.ts'

/** What the engine makes of a generated cluster: the properties that keep it from being easy. */
export interface ClusterFacts {
  readonly workloads: number
  readonly policies: number
  /** Distinct pod selectors that policies apply to. */
  readonly subjects: number
  readonly classes: number
  readonly workloadClasses: number
  /** Selectors that met the limit of label cells. */
  readonly coarse: number
}

/** Prints the facts of the manifests below a folder, as JSON. */
async function main(folder: string): Promise<void> {
  const { files } = await readSide(directoryTree(folder))
  const resources = files.flatMap((file) => file.resources)
  const cluster = buildCluster({ name: 'bench', open: false, profile: defaultProfile, resources })
  const { entries, manifests } = compilePolicies(cluster)
  const { classes, coarse } = partition({ cluster, entries }, { cluster, entries })
  const facts: ClusterFacts = {
    workloads: cluster.workloads.length,
    policies: manifests.size,
    subjects: new Set(entries.map(({ subject }) => selectorKey(subject))).size,
    classes: classes.length,
    workloadClasses: classes.filter(({ kind }) => kind === 'workloads').length,
    coarse,
  }
  console.log(JSON.stringify(facts))
}

await main(process.argv[2] ?? '.')
