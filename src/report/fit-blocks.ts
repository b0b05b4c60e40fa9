/** A part of a document that gives way item by item when space is short; items are never cut. */
export interface Block {
  /** Lines before the items; not shown for a block that has none of its items left and no `more`. */
  readonly head: string
  readonly items: readonly string[]
  readonly foot: string
  /** Lower is kept longer. */
  readonly rank: number
  /** The truthful line in place of the items left out. */
  more(count: number): string
}

/** Length that counts against a limit: bytes, the strictest reading. */
export function sizeOf(text: string): number {
  return new TextEncoder().encode(text).length
}

/** A block that is one piece of text. */
export function paragraph(text: string, rank: number): Block {
  return { head: '', items: text === '' ? [] : [text], foot: '', rank, more: () => '' }
}

/** What a block costs beside its items: joints, head, foot and a line for what is left out. */
function overhead(block: Block): number {
  return block.items.length === 0 ? 0 : sizeOf(block.head + block.foot + block.more(block.items.length)) + 16
}

/** Joins blocks in their order with an empty line between them; at most `limit` bytes, giving way by rank. */
export function fitBlocks(blocks: readonly Block[], limit: number): string {
  let room = limit - blocks.reduce((sum, block) => sum + overhead(block), 0)
  const kept = new Map<Block, number>()
  for (const block of blocks.toSorted((a, b) => a.rank - b.rank)) {
    let count = 0
    for (const item of block.items) {
      const size = sizeOf(item) + 1
      if (size > room) break
      room -= size
      count++
    }
    kept.set(block, count)
  }
  return blocks.flatMap((block) => show(block, kept.get(block) ?? 0)).join('\n\n')
}

function show(block: Block, count: number): readonly string[] {
  const { head, items, foot, more } = block
  const rest = items.length - count
  const lines = [...items.slice(0, count), ...(rest === 0 ? [] : [more(rest)])].filter((line) => line !== '')
  if (lines.length === 0) return []
  return [`${head}${lines.join('\n')}${foot}`]
}
