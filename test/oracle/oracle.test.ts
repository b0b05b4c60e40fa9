import fc from 'fast-check'
import { expect, test } from 'vitest'
import { engineFor, engineSays, enginesFor, sideOf } from './engine-side.ts'
import { packetArrives } from './packet-evaluator.ts'
import { packetsOf, shopCluster } from './shop-clusters.ts'

const show = (packet: unknown): string => JSON.stringify(packet)

test('the engine agrees with a packet-by-packet reading of the policies', () => {
  fc.assert(
    fc.property(shopCluster, (objects) => {
      const engine = engineFor(sideOf(objects))
      const wrong = packetsOf(objects).filter(
        (packet) => engineSays(engine, packet) !== (packetArrives(objects, packet) ? 'arrives' : 'lost'),
      )
      expect(wrong.slice(0, 3).map(show)).toEqual([])
    }),
    { numRuns: 150 },
  )
})

test('each side of one universe gets the answer it would get alone', () => {
  fc.assert(
    fc.property(shopCluster, shopCluster, (base, head) => {
      const engines = enginesFor(sideOf(base), sideOf(head))
      for (const [engine, objects] of [
        [engines.base, base],
        [engines.head, head],
      ] as const) {
        const wrong = packetsOf(objects).filter(
          (packet) => engineSays(engine, packet) !== (packetArrives(objects, packet) ? 'arrives' : 'lost'),
        )
        expect(wrong.slice(0, 3).map(show)).toEqual([])
      }
    }),
    { numRuns: 60 },
  )
})
