import type { MappingNode, SequenceNode, YamlNode } from '../manifests/node.ts'
import type { Resource } from '../manifests/resource.ts'
import type { Span } from '../source/span.ts'

/** One difference between two versions of an object: the smallest nodes that differ. */
export interface NodeChange {
  /** Keys and 0-based indices from the object down; an index is the one on the side that has the node, head first. */
  readonly path: readonly (string | number)[]
  /** The node on each side, an entry of a mapping from its key; undefined where it does not exist. */
  readonly base: Span | undefined
  readonly head: Span | undefined
  /** The mapping or list that holds it, on each side. */
  readonly parent: { readonly base: Span; readonly head: Span }
  /** The node says the same and stands in another place of its list. */
  readonly moved: boolean
}

const known = new WeakMap<Resource, WeakMap<Resource, readonly NodeChange[]>>()

/** What differs between two versions of one object. Empty when they say the same, however it is written. */
export function diffResources(base: Resource, head: Resource): readonly NodeChange[] {
  if (base === head) return []
  const byHead = known.get(base) ?? new WeakMap<Resource, readonly NodeChange[]>()
  known.set(base, byHead)
  const found = byHead.get(head)
  if (found !== undefined) return found
  const changes = [...new Differ(base, head).compare(base.node, head.node, [])]
  byHead.set(head, changes)
  return changes
}

type Path = readonly (string | number)[]

class Differ {
  readonly #base: Resource
  readonly #head: Resource

  constructor(base: Resource, head: Resource) {
    this.#base = base
    this.#head = head
  }

  *compare(base: YamlNode, head: YamlNode, path: Path): Generator<NodeChange> {
    if (contentOf(base) === contentOf(head)) return
    if (base.kind === 'mapping' && head.kind === 'mapping') yield* this.#mappings(base, head, path)
    else if (base.kind === 'sequence' && head.kind === 'sequence') yield* this.#sequences(base, head, path)
    else yield this.#change(path, base, head, { base, head })
  }

  *#mappings(base: MappingNode, head: MappingNode, path: Path): Generator<NodeChange> {
    const baseEntries = new Map(base.entries.map((entry) => [entry.name, entry]))
    const headEntries = new Map(head.entries.map((entry) => [entry.name, entry]))
    for (const name of new Set([...baseEntries.keys(), ...headEntries.keys()])) {
      const before = baseEntries.get(name)
      const after = headEntries.get(name)
      const inner = [...path, name]
      if (before !== undefined && after !== undefined) {
        const differences = [...this.compare(before.value, after.value, inner)]
        const whole = differences.length === 1 && differences[0]?.path.length === inner.length
        if (whole) yield this.#change(inner, rangeOf(before), rangeOf(after), { base, head })
        else yield* differences
      } else yield this.#change(inner, before && rangeOf(before), after && rangeOf(after), { base, head })
    }
  }

  /** Items with equal content are the same item; what is left between them is paired in order, the most alike first. */
  *#sequences(base: SequenceNode, head: SequenceNode, path: Path): Generator<NodeChange> {
    for (const { before, after } of pairItems(base.items, head.items)) {
      const inner = [...path, after?.index ?? before?.index ?? 0]
      if (before !== undefined && after !== undefined) yield* this.compare(before.node, after.node, inner)
      else yield this.#change(inner, before?.node, after?.node, { base, head })
    }
    for (const { before, after } of movedItems(base.items, head.items))
      yield { ...this.#change([...path, after.index], before.node, after.node, { base, head }), moved: true }
  }

  #change(
    path: Path,
    base: Range | undefined,
    head: Range | undefined,
    parent: { base: Range; head: Range },
  ): NodeChange {
    const spanIn = (resource: Resource, { start, end }: Range): Span => ({ file: resource.provenance.file, start, end })
    return {
      path,
      base: base && spanIn(this.#base, base),
      head: head && spanIn(this.#head, head),
      parent: { base: spanIn(this.#base, parent.base), head: spanIn(this.#head, parent.head) },
      moved: false,
    }
  }
}

interface Range {
  readonly start: number
  readonly end: number
}

const rangeOf = ({ key, value }: { key: Range; value: Range }): Range => ({
  start: key.start,
  end: Math.max(key.end, value.end),
})

interface Item {
  readonly index: number
  readonly node: YamlNode
}

interface ItemPair {
  readonly before: Item | undefined
  readonly after: Item | undefined
}

function pairItems(base: readonly YamlNode[], head: readonly YamlNode[]): ItemPair[] {
  const left = new Map<string, Item[]>()
  base.forEach((node, index) => {
    const key = contentOf(node)
    left.set(key, [...(left.get(key) ?? []), { index, node }])
  })
  const added: Item[] = []
  head.forEach((node, index) => {
    const same = left.get(contentOf(node))
    if (same === undefined || same.length === 0) added.push({ index, node })
    else same.shift()
  })
  const removed = [...left.values()].flat().sort((a, b) => a.index - b.index)
  return pairAlike(removed, added)
}

/** Items of both lists that stand before or behind others than they did: the fewest that explain the new order. */
function movedItems(base: readonly YamlNode[], head: readonly YamlNode[]): { before: Item; after: Item }[] {
  const places = Map.groupBy(base.entries(), ([, node]) => contentOf(node))
  const kept = [...head.entries()].flatMap(([index, node]) => {
    const [place, origin] = places.get(contentOf(node))?.shift() ?? []
    return place === undefined || origin === undefined
      ? []
      : [{ before: { index: place, node: origin }, after: { index, node } }]
  })
  const staying = new Set(longestRise(kept.map(({ before }) => before.index)))
  return kept.filter((_, index) => !staying.has(index))
}

/** Places of a longest ascending series in a list of different numbers. */
function longestRise(numbers: readonly number[]): number[] {
  const best: number[][] = []
  for (const [index, number] of numbers.entries()) {
    const before = best.slice(0, index).filter((_, place) => (numbers[place] as number) < number)
    const longest = before.reduce<number[]>((found, series) => (series.length > found.length ? series : found), [])
    best.push([...longest, index])
  }
  return best.reduce<number[]>((found, series) => (series.length > found.length ? series : found), [])
}

/** Pairs removed and added items that share something: the same keys and values count, the nearest index breaks ties. */
function pairAlike(removed: readonly Item[], added: readonly Item[]): ItemPair[] {
  const candidates = removed.flatMap((before) =>
    added.map((after) => ({
      before,
      after,
      alike: likeness(before.node, after.node),
      apart: Math.abs(before.index - after.index),
    })),
  )
  candidates.sort(
    (a, b) =>
      b.alike - a.alike || a.apart - b.apart || a.before.index - b.before.index || a.after.index - b.after.index,
  )
  const takenBefore = new Set<Item>()
  const takenAfter = new Set<Item>()
  const pairs: ItemPair[] = []
  for (const { before, after, alike } of candidates) {
    if (alike === 0 || takenBefore.has(before) || takenAfter.has(after)) continue
    takenBefore.add(before)
    takenAfter.add(after)
    pairs.push({ before, after })
  }
  for (const before of removed) if (!takenBefore.has(before)) pairs.push({ before, after: undefined })
  for (const after of added) if (!takenAfter.has(after)) pairs.push({ before: undefined, after })
  return pairs.sort((a, b) => (a.after ?? (a.before as Item)).index - (b.after ?? (b.before as Item)).index)
}

/** Number of leaves two nodes have in common. */
function likeness(a: YamlNode, b: YamlNode): number {
  const leaves = new Set(leavesOf(a, ''))
  return leavesOf(b, '').filter((leaf) => leaves.has(leaf)).length
}

function leavesOf(node: YamlNode, path: string): string[] {
  if (node.kind === 'scalar') return [`${path}=${JSON.stringify(node.value)}`]
  const inner =
    node.kind === 'sequence'
      ? node.items.flatMap((item) => leavesOf(item, `${path}[]`))
      : node.entries.flatMap(({ name, value }) => leavesOf(value, `${path}.${name}`))
  return inner.length === 0 ? [`${path}=empty`] : inner
}

const contents = new WeakMap<YamlNode, string>()

/** Canonical text of a value: order of keys, quoting and comments do not matter. */
function contentOf(node: YamlNode): string {
  const found = contents.get(node)
  if (found !== undefined) return found
  const text = makeContent(node)
  contents.set(node, text)
  return text
}

function makeContent(node: YamlNode): string {
  if (node.kind === 'scalar') return JSON.stringify(node.value)
  if (node.kind === 'sequence') return `[${node.items.map(contentOf).join(',')}]`
  const last = new Map(node.entries.map(({ name, value }) => [name, value]))
  const entries = [...last]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${JSON.stringify(name)}:${contentOf(value)}`)
  return `{${entries.join(',')}}`
}
