import type { RandomStream } from '../../../src-main/math/random/random-stream.ts'

const DEEP = 2_000

/** Values that readers forget; functions, so that the large ones are made when they are chosen. */
const hostile: readonly (() => unknown)[] = [
  null,
  true,
  false,
  '',
  ' ',
  'a',
  '__proto__',
  'toString',
  '\0',
  '\u202e',
  '..',
  '../x',
  'C:\\x',
  'NaN',
  0,
  -0,
  1,
  -1,
  0.5,
  2,
  7,
  255,
  4_096,
  2 ** 31,
  2 ** 32,
  2 ** 53,
  -(2 ** 53),
  1e-320,
  1e308,
  -1e308,
  [],
  {},
  [null],
  [[]],
  [0, 0],
  { a: 1 },
  { $number: 'NaN' },
  { code: 'verbatim' },
].map(value => () => value)
const large: readonly (() => unknown)[] = [
  () => 'x'.repeat(100_000),
  (): unknown => JSON.parse('['.repeat(DEEP) + ']'.repeat(DEEP)),
  (): unknown => JSON.parse('{"a":'.repeat(DEEP) + '1' + '}'.repeat(DEEP)),
  () => Array.from({ length: 20_000 }, (_, index) => index),
  () => Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`k${index}`, index])),
  (): unknown => JSON.parse('{"__proto__": {"a": 1}, "constructor": 2}'),
]

/** A value that stands in an object or a list. */
interface ValueLocation {
  readonly within: unknown[] | Record<string, unknown>
  readonly key: number | string
}

/** Changes one value of a JSON text, wherever it lies, and gives the text; other text stays as it is. */
export function mutateJsonText(text: string, random: RandomStream): string {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return text
  }
  return JSON.stringify(mutateJson(value, random)) ?? 'null'
}

/** Changes one value: of another type or size, removed, doubled, renamed, or in the place of another one. */
export function mutateJson(root: unknown, random: RandomStream): unknown {
  const pick = <Item>(items: readonly Item[]): Item => items[random.integer(items.length)] as Item
  const holder = { root: structuredClone(root) }
  const locations = locationsOf(holder)
  const { within, key } = pick(locations)
  const other = pick(locations)
  const at = (location: ValueLocation): unknown =>
    (location.within as Record<string, unknown>)[location.key]
  const set = (value: unknown): void => {
    ;(within as Record<string, unknown>)[key] = value
  }
  const value = at({ within, key })
  const kind = random.integer(10)
  if (kind < 4) set(pick(hostile)())
  else if (kind === 4) set(random.uniform() < 0.3 ? pick(large)() : pick(hostile)())
  else if (kind === 5 && typeof value === 'number') set(nearby(value, random))
  else if (kind <= 6) set(structuredClone(at(other)))
  else if (Array.isArray(within)) {
    if (kind === 7) within.splice(Number(key), 1)
    else within.splice(Number(key), 0, structuredClone(value))
  } else {
    if (kind < 9) Reflect.deleteProperty(within, key)
    if (kind > 7) within[String(pick(hostile)())] = value
  }
  return holder.root
}

function nearby(value: number, random: RandomStream): number {
  const by = [1, -1, -value, value, 0.5, 1e6][random.integer(6)] ?? 1
  return value + by
}

function locationsOf(holder: { root: unknown }): ValueLocation[] {
  const locations: ValueLocation[] = []
  const visit = (within: ValueLocation['within']): void => {
    for (const key of Object.keys(within)) {
      locations.push({ within, key: Array.isArray(within) ? Number(key) : key })
      const value = (within as Record<string, unknown>)[key]
      if (typeof value === 'object' && value !== null && locations.length < 5_000)
        visit(value as ValueLocation['within'])
    }
  }
  visit(holder)
  return locations
}
