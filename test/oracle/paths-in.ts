/** Every path below a value, list places left out; items of `specs` are rules like `spec`. */
export function* pathsIn(value: unknown, path = ''): Generator<string> {
  if (Array.isArray(value)) for (const item of value) yield* pathsIn(item, path)
  else if (typeof value === 'object' && value !== null)
    for (const [name, below] of Object.entries(value)) {
      if (below === undefined) continue
      const deeper = path === '' ? name : `${path}.${name}`
      yield deeper
      yield* pathsIn(below, deeper === 'specs' ? 'spec' : deeper)
    }
}
