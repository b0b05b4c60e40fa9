import type { OtherKind } from '../manifests/other-document.ts'
import type { ParsedFile } from '../manifests/parse-manifests.ts'
import { type Diagnostic, diagnostic } from '../source/diagnostic.ts'
import type { SourceFile } from '../source/source-file.ts'

/** Files that decide what is applied only after a tool has rendered them. */
const rendered: Readonly<Partial<Record<OtherKind, string>>> = {
  kustomization: 'Kustomize',
  chart: 'Helm',
  values: 'Helm',
  patch: 'Kustomize',
}

/**
 * Sources of Kustomize and Helm that the change touches: what they render may differ although no manifest does. Where
 * the configuration names the manifests that count, they are the user's business.
 */
export function unrenderedSources(
  base: readonly ParsedFile[],
  head: readonly ParsedFile[],
  configured: boolean,
): Diagnostic[] {
  if (configured) return []
  const before = new Map(base.map((file) => [file.file.path, file]))
  const after = new Set(head.map(({ file }) => file.path))
  const changed = head.filter((file) => before.get(file.file.path) !== file)
  const removed = base.filter(({ file }) => !after.has(file.path))
  return [...changed, ...removed].flatMap((parsed) => {
    const tool = toolOf(parsed)
    return tool === undefined ? [] : [unrendered(parsed.file, tool)]
  })
}

function toolOf({ others }: ParsedFile): string | undefined {
  const kinds = Object.keys(rendered) as OtherKind[]
  return kinds.filter((kind) => others[kind] > 0).map((kind) => rendered[kind])[0]
}

function unrendered(file: SourceFile, tool: string): Diagnostic {
  return diagnostic(
    'source-not-rendered',
    { file, start: 0, end: Math.min(1, file.text.length) },
    {
      message: `${file.path} changed, and what ${tool} makes of it is not analysed by this version`,
      hint: 'Name the rendered manifests under clusters in the configuration.',
      effect: 'unknown',
    },
  )
}
