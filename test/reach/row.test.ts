import { describe, expect, test } from 'vitest'
import {
  type Block,
  connectionsWith,
  intersectBlocks,
  intersectRows,
  makeRow,
  subtractBlocks,
} from '../../src/reach/row.ts'
import { ConnectionSet } from '../../src/sets/connection-set.ts'
import { MemberSet } from '../../src/sets/member-set.ts'
import { portRange } from '../../src/sets/port-set.ts'

const [till, guest, ledger] = [0, 1, 2]
const http = ConnectionSet.of('TCP', portRange(80))
const https = ConnectionSet.of('TCP', portRange(443))
const sql = ConnectionSet.of('TCP', portRange(5432))

const block = (connections: ConnectionSet, ...peers: readonly number[]): Block => ({
  peers: MemberSet.of(peers),
  connections,
})

/** Blocks as text: peers, then what they may use. */
const told = (blocks: readonly Block[]): string[] =>
  blocks.map(({ peers, connections }) => `${peers.key} ${connections.show()}`).sort()

describe('a row', () => {
  test('has one key for one meaning, in whatever order and pieces it is said', () => {
    const row = makeRow([block(http, till), block(https, guest), block(sql, ledger)])
    const reversed = makeRow([block(sql, ledger), block(https, guest), block(http, till)])
    const mixed = makeRow([block(https, guest), block(http, till), block(sql, ledger), block(http, till)])
    expect([reversed.key, mixed.key]).toEqual([row.key, row.key])
  })

  test('lists its blocks by connections', () => {
    const keys = makeRow([block(sql, ledger), block(http, till), block(https, guest)]).blocks.map(
      ({ connections }) => connections.key,
    )
    expect(keys).toEqual([...keys].sort())
  })

  test('joins what is said of some of the peers with what is said of all of them', () => {
    const row = makeRow([block(http, till, guest), block(https, guest, ledger)])
    expect(connectionsWith(row, till).key).toBe(http.key)
    expect(connectionsWith(row, guest).key).toBe(http.union(https).key)
    expect(connectionsWith(row, ledger).key).toBe(https.key)
  })

  test('has no block for nobody, and none for nothing', () => {
    expect(makeRow([block(http)]).blocks).toEqual([])
    expect(makeRow([block(ConnectionSet.none, till)]).blocks).toEqual([])
  })

  test('gives a peer it does not name no connection', () => {
    expect(connectionsWith(makeRow([block(http, till)]), guest).isEmpty).toBe(true)
  })

  test('meets another in what both say of a peer', () => {
    const row = intersectRows(makeRow([block(http.union(https), till, guest)]), makeRow([block(https, guest, ledger)]))
    expect(told(row.blocks)).toEqual(['1 TCP 443'])
  })
})

describe('blocks', () => {
  test('meet in nothing where the peers differ, or the connections', () => {
    expect(intersectBlocks([block(http, till)], [block(http, guest)])).toEqual([])
    expect(intersectBlocks([block(http, till)], [block(https, till)])).toEqual([])
  })

  test('stay whole where what is taken away is about others', () => {
    expect(told(subtractBlocks([block(http, till)], [block(http, guest)]))).toEqual(['0 TCP 80'])
  })

  test('keep other peers, and other connections of the same peer', () => {
    const left = subtractBlocks([block(http.union(https), till, guest)], [block(http, guest, ledger)])
    expect(told(left)).toEqual(['0 TCP 80, 443', '1 TCP 443'])
  })

  test('leave nothing where all is taken away', () => {
    expect(subtractBlocks([block(http, till)], [block(http, till, guest)])).toEqual([])
  })
})
