import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  allElements,
  allPorts,
  equalPorts,
  intersectPorts,
  isEmptyPorts,
  namedPort,
  noPorts,
  type PortSet,
  portRange,
  portRanges,
  showPorts,
  subtractPorts,
  unionPorts,
} from '../../src/sets/port-set.ts'

const names = ['admin', 'grpc', 'http', 'metrics'] as const
const plain = fc.array(fc.oneof(fc.integer({ min: 0, max: 40 }), fc.constantFrom<string>(...names)), { maxLength: 8 })
const isNumber = (element: number | string): element is number => typeof element === 'number'

/** A set built element by element; names stand sorted in it whatever the order they came in. */
const setOf = (elements: readonly (number | string)[]): PortSet =>
  elements.map((element) => (isNumber(element) ? portRange(element) : namedPort(element))).reduce(unionPorts, noPorts)

const elementsOf = ({ numbers, names }: PortSet): Set<number | string> => {
  const inside = Array.from({ length: 41 }, (_, port) => port).filter((port) =>
    numbers.some((low, index) => index % 2 === 0 && low <= port && port <= (numbers[index + 1] as number)),
  )
  return new Set<number | string>([...inside, ...names])
}

test('numbers and names are elements of plain sets', () => {
  fc.assert(
    fc.property(plain, plain, (first, second) => {
      const [a, b] = [setOf(first), setOf(second)]
      const [x, y] = [new Set(first), new Set(second)]
      expect(elementsOf(unionPorts(a, b))).toEqual(x.union(y))
      expect(elementsOf(intersectPorts(a, b))).toEqual(x.intersection(y))
      expect(elementsOf(subtractPorts(a, b))).toEqual(x.difference(y))
      expect(equalPorts(a, b)).toBe(x.symmetricDifference(y).size === 0)
      expect(isEmptyPorts(a)).toBe(x.size === 0)
    }),
    { numRuns: 300 },
  )
})

test('all holds every set, its names as well', () => {
  fc.assert(
    fc.property(plain, (elements) => {
      const set = setOf(elements)
      expect(equalPorts(unionPorts(set, allElements), allElements)).toBe(true)
      expect(equalPorts(unionPorts(allElements, set), allElements)).toBe(true)
      expect(intersectPorts(set, allElements)).toEqual(set)
      expect(intersectPorts(allElements, set)).toEqual(set)
      expect(isEmptyPorts(subtractPorts(set, allElements))).toBe(true)
    }),
  )
})

test('every port number is less than every port: names are left', () => {
  const left = subtractPorts(allPorts, portRange(1, 65_535))
  expect(left).toEqual({ numbers: [], names: [], everyName: true })
  expect(isEmptyPorts(left)).toBe(false)
  expect(equalPorts(allPorts, portRange(1, 65_535))).toBe(false)
  expect(isEmptyPorts(subtractPorts(allPorts, allPorts))).toBe(true)
})

test('two names that are as many are not the same', () => {
  expect(equalPorts(namedPort('http'), namedPort('grpc'))).toBe(false)
  expect(equalPorts(namedPort('http'), namedPort('http'))).toBe(true)
  expect(equalPorts(setOf(['grpc']), setOf(['grpc', 'http']))).toBe(false)
})

test('nothing changes nothing, and the set itself is given back', () => {
  const web = setOf([80, 'http'])
  expect(unionPorts(web, noPorts)).toBe(web)
  expect(unionPorts(noPorts, web)).toBe(web)
})

test('ranges may come in any order and overlap; they hold no names', () => {
  expect(
    portRanges([
      [443, 443],
      [80, 81],
      [81, 90],
      [91, 91],
    ]),
  ).toEqual({
    numbers: [80, 91, 443, 443],
    names: [],
    everyName: false,
  })
})

test.each<[string, PortSet]>([
  ['', noPorts],
  ['80', portRange(80)],
  ['8000-8010', portRange(8000, 8010)],
  [
    '80, 443, 8000-8010, grpc, http',
    setOf(['http', 80, 443, 'grpc', ...Array.from({ length: 11 }, (_, i) => 8000 + i)]),
  ],
])('shown as "%s"', (text, set) => {
  expect(showPorts(set)).toBe(text)
})
