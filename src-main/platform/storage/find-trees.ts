import { fstatSync, readSync } from 'node:fs'

export const PAGE_BYTES = 4_096
const LEAF_TABLE = 13
const LEAF_INDEX = 10
const INTERIOR_TABLE = 5
const INTERIOR_INDEX = 2
/** Records of a tree that are looked at. */
const MAX_SAMPLES = 12
const MAX_COLUMNS = 64

/** How a value lies in a record. */
export type Stored = 'null' | 'integer' | 'real' | 'text' | 'blob'

/** Pages that belong together, which nothing in the file refers to: a table or an index whose name is lost, or a branch of one. */
export interface Tree {
  readonly root: number
  /** Records by key: an index, or a table without row ids. */
  readonly isIndex: boolean
  readonly pages: number
  /** Shapes of some of its records. */
  readonly samples: readonly (readonly Stored[])[]
}

export interface FoundTrees {
  readonly trees: readonly Tree[]
  /** Pages that are nothing a database has. */
  readonly unreadable: number
}

/** Reads every page of a file whose schema, on page 1, is damaged (SQLite format, §1.6). */
export function findTrees(file: number): FoundTrees {
  return new Pages(file).find()
}

interface Page {
  readonly kind: number
  readonly cells: readonly number[]
  readonly children: readonly number[]
}

class Pages {
  readonly #file: number
  readonly #count: number
  readonly #bytes = Buffer.alloc(PAGE_BYTES)

  constructor(file: number) {
    this.#file = file
    this.#count = Math.floor(fstatSync(file).size / PAGE_BYTES)
  }

  find(): FoundTrees {
    const isReferred = new Uint8Array(this.#count + 1)
    const roots: number[] = []
    let unreadable = 0
    for (let number = 2; number <= this.#count; number++) {
      this.#read(number)
      for (const free of this.#freePages()) isReferred[free] = 1
      const page = this.#parse()
      if (page === null) {
        // Free pages and long values begin with the number of a page, which is small.
        if (this.#bytes[0] !== 0) unreadable++
        continue
      }
      roots.push(number)
      for (const child of page.children) isReferred[child] = 1
    }
    const trees = roots
      .filter(root => isReferred[root] === 0)
      .map(root => this.#tree(root))
      .filter(({ samples }) => samples.length > 0)
    return { trees, unreadable }
  }

  #tree(root: number): Tree {
    const samples: Stored[][] = []
    const seen = new Set<number>()
    const waiting = [root]
    let isIndex = false
    for (let number = waiting.pop(); number !== undefined; number = waiting.pop()) {
      if (seen.has(number)) continue
      seen.add(number)
      this.#read(number)
      const page = this.#parse()
      if (page === null) continue
      if (number === root) isIndex = page.kind === LEAF_INDEX || page.kind === INTERIOR_INDEX
      waiting.push(...page.children)
      if (page.kind !== LEAF_TABLE && page.kind !== LEAF_INDEX) continue
      for (const cell of page.cells) {
        if (samples.length === MAX_SAMPLES) break
        const shape = this.#shape(cell, page.kind)
        if (shape !== null) samples.push(shape)
      }
    }
    return { root, isIndex, pages: seen.size, samples }
  }

  #read(number: number): void {
    readSync(this.#file, this.#bytes, 0, PAGE_BYTES, (number - 1) * PAGE_BYTES)
  }

  /** @returns null for what is no page of a tree */
  #parse(): Page | null {
    const bytes = this.#bytes
    const kind = bytes[0] ?? 0
    const isInterior = kind === INTERIOR_TABLE || kind === INTERIOR_INDEX
    if (!isInterior && kind !== LEAF_TABLE && kind !== LEAF_INDEX) return null
    const head = isInterior ? 12 : 8
    const count = bytes.readUInt16BE(3)
    if (head + 2 * count > PAGE_BYTES) return null
    const cells = Array.from({ length: count }, (_, cell) => bytes.readUInt16BE(head + 2 * cell))
    if (cells.some(at => at < head + 2 * count || at > PAGE_BYTES - 4)) return null
    if (!isInterior) return { kind, cells, children: [] }
    const children = [...cells.map(at => bytes.readUInt32BE(at)), bytes.readUInt32BE(8)]
    return { kind, cells, children: children.filter(page => page >= 2 && page <= this.#count) }
  }

  /** Pages that a page of the list of free ones names (§1.5): what they hold is old. Empty for every other page. */
  #freePages(): number[] {
    const bytes = this.#bytes
    const [next, count] = [bytes.readUInt32BE(0), bytes.readUInt32BE(4)]
    if (next > this.#count || count === 0 || count > PAGE_BYTES / 4 - 2) return []
    const free = Array.from({ length: count }, (_, index) => bytes.readUInt32BE(8 + 4 * index))
    const isList =
      new Set(free).size === count && free.every(page => page >= 2 && page <= this.#count)
    return isList ? free : []
  }

  /** Types in the head of a record (§2.1). */
  #shape(cell: number, kind: number): Stored[] | null {
    let at = cell
    const next = (): number => {
      const [value, end] = readVarint(this.#bytes, at)
      at = end
      return value
    }
    next()
    if (kind === LEAF_TABLE) next()
    const start = at
    const end = start + next()
    if (end > PAGE_BYTES || end - start > 9 * MAX_COLUMNS) return null
    const shape: Stored[] = []
    while (at < end) shape.push(storedAs(next()))
    return shape.length > 0 && at === end ? shape : null
  }
}

function storedAs(serial: number): Stored {
  if (serial === 0) return 'null'
  if (serial === 7) return 'real'
  if (serial < 12) return 'integer'
  return serial % 2 === 0 ? 'blob' : 'text'
}

/** Seven bits a byte, the first the highest; the ninth has eight. @returns value and where the next one begins */
function readVarint(bytes: Buffer, from: number): [value: number, end: number] {
  let value = 0
  for (let index = 0; index < 8; index++) {
    const byte = bytes[from + index] ?? 0
    value = value * 128 + (byte & 127)
    if (byte < 128) return [value, from + index + 1]
  }
  return [value * 256 + (bytes[from + 8] ?? 0), from + 9]
}
