import type { RandomStream } from '../../src-main/math/random/random-stream.ts'

/** An input grows up to here. */
const MAX_BYTES = 400_000
const MAX_CHANGES = 6

const texts = [
  '-1',
  '0',
  '1e999',
  '-0',
  'NaN',
  '.inf',
  '4294967296',
  '9007199254740993',
  '1e-320',
  'null',
  'true',
  '""',
  '[]',
  '{}',
  '[[[[',
  ']]]]',
  '{"__proto__": 1}',
  '__proto__',
  '&a',
  '*a',
  '\0',
  '\u202e',
  '\ufeff',
  '\ud83d\ude00',
  '\r\n',
  '\t',
  '..',
  '../',
  '<<',
  '!!js',
  '%',
  '\\u0000',
  'constructor',
  'toString',
  'length',
  '- ',
  ': ',
  '|',
  '"',
  "'",
  ',',
  ';',
  '#',
  '\x1b[2J',
].map(text => Buffer.from(text))
const numbers = [0, 1, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff]

/**
 * A hostile input made of honest ones: a few changes of bits, numbers, words and ranges, each of which a stream of random numbers
 * chooses. Words come from a list and from the other inputs.
 */
export function mutate(corpus: readonly Buffer[], random: RandomStream): Buffer {
  const pick = <Item>(items: readonly Item[]): Item => items[random.integer(items.length)] as Item
  let content = Buffer.from(pick(corpus))
  const changes = 1 + random.integer(MAX_CHANGES)
  for (let change = 0; change < changes; change++) {
    content = changed(content, pick, corpus, random).subarray(0, MAX_BYTES)
  }
  return content
}

function changed(
  content: Buffer<ArrayBuffer>,
  pick: <Item>(items: readonly Item[]) => Item,
  corpus: readonly Buffer[],
  random: RandomStream,
): Buffer<ArrayBuffer> {
  const at = random.integer(content.length + 1)
  const length = 1 + random.integer(random.uniform() < 0.8 ? 8 : 200)
  const with_ = (part: Buffer, until = at): Buffer<ArrayBuffer> =>
    Buffer.concat([content.subarray(0, at), part, content.subarray(until)])
  if (content.length === 0) return Buffer.from(pick(texts))
  switch (random.integer(10)) {
    case 0: {
      const index = random.integer(content.length)
      content[index] = (content[index] ?? 0) ^ (1 << random.integer(8))
      return content
    }
    case 1:
      content[random.integer(content.length)] = random.integer(256)
      return content
    case 2:
      return with_(pick(texts))
    case 3:
      return with_(pick(texts), at + length)
    case 4:
      return with_(Buffer.alloc(0), at + length)
    case 5: {
      const times = random.uniform() < 0.9 ? 1 + random.integer(4) : 1 + random.integer(2_000)
      const part = content.subarray(at, at + length)
      return with_(Buffer.concat(Array.from({ length: times }, () => part)))
    }
    case 6: {
      const other = pick(corpus)
      const from = random.integer(other.length + 1)
      return with_(other.subarray(from, from + length * 4), at + random.integer(2) * length * 4)
    }
    case 7:
      return random.uniform() < 0.2 ? content.subarray(0, at) : swapLines(content, random)
    case 8:
      return withNumber(content, pick(numbers), random)
    default:
      return withWord(content, pick(texts), random)
  }
}

function swapLines(content: Buffer<ArrayBuffer>, random: RandomStream): Buffer<ArrayBuffer> {
  const lines = content.toString('latin1').split('\n')
  const [from, to] = [random.integer(lines.length), random.integer(lines.length)]
  lines.splice(to, random.integer(2), lines[from] ?? '')
  return Buffer.from(lines.join('\n'), 'latin1')
}

/** Writes a number of one, two or four bytes over what is there, in either order. */
function withNumber(
  content: Buffer<ArrayBuffer>,
  value: number,
  random: RandomStream,
): Buffer<ArrayBuffer> {
  const bytes = [1, 2, 4][random.integer(3)] as number
  if (content.length < bytes) return content
  const offset = random.integer(content.length - bytes + 1)
  const low = bytes === 4 ? value : value % 2 ** (8 * bytes)
  if (random.uniform() < 0.5) content.writeUIntLE(low, offset, bytes)
  else content.writeUIntBE(low, offset, bytes)
  return content
}

/** Replaces a word or a number of a text. */
function withWord(
  content: Buffer<ArrayBuffer>,
  word: Buffer,
  random: RandomStream,
): Buffer<ArrayBuffer> {
  const text = content.toString('latin1')
  const words = [...text.slice(0, 20_000).matchAll(/[\w.+-]+/g)]
  const chosen = words[random.integer(Math.max(1, words.length))]
  if (chosen === undefined) return content
  const [old] = chosen
  const other = words[random.integer(words.length)]?.[0] ?? ''
  const text_ = random.uniform() < 0.5 ? word.toString('latin1') : other
  return Buffer.from(
    text.slice(0, chosen.index) + text_ + text.slice(chosen.index + old.length),
    'latin1',
  )
}
