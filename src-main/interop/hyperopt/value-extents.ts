import { msg, type MessageDescriptor } from '../../core/errors/message.ts'
import type { PythonValue } from './python-value.ts'

/** Values that one value is when it is written out; names that are used twice count twice. */
const MAX_VALUES = 100_000
/** Levels of lists, dictionaries and parameters within each other. */
const MAX_LEVELS = 100
/** Items that are put into lists while one file is read. */
const MAX_ITEMS = 1_000_000

/** How large a value is when it is written out. */
interface Extent {
  readonly values: number
  readonly levels: number
  /** Outside of other parameters. */
  readonly holdsParameter: boolean
}

const single: Extent = { values: 1, levels: 1, holdsParameter: false }

/**
 * How large the values of one file are. A value that was assigned is shared by all that name it, so that a few lines can describe more than
 * anybody could walk through.
 */
export class ValueExtents {
  readonly #extents = new WeakMap<PythonValue, Extent>()
  #items = 0

  /**
   * Takes a value in, whose parts were taken in before.
   * @returns the rule that it breaks; null: none
   */
  add(value: PythonValue): MessageDescriptor | null {
    if (value.kind === 'literal' || value.kind === 'unknown') return null
    const parts = everyPartOf(value)
    this.#items += parts.length
    if (this.#items > MAX_ITEMS) return msg('rule.items.atMost', { count: MAX_ITEMS })
    let [values, levels, holdsParameter] = [1, 0, value.kind === 'parameter']
    for (const part of parts) {
      const extent = this.#of(part)
      values += extent.values
      levels = Math.max(levels, extent.levels)
      if (value.kind !== 'parameter') holdsParameter ||= extent.holdsParameter
    }
    levels++
    if (values > MAX_VALUES) return msg('rule.items.atMost', { count: MAX_VALUES })
    if (levels > MAX_LEVELS) return msg('rule.tooDeep')
    this.#extents.set(value, { values, levels, holdsParameter })
    return null
  }

  /** Whether it is a parameter, or a list or dictionary that holds one. */
  holdsParameter(value: PythonValue): boolean {
    return this.#of(value).holdsParameter
  }

  #of(value: PythonValue): Extent {
    return this.#extents.get(value) ?? single
  }
}

function everyPartOf(value: PythonValue): readonly PythonValue[] {
  switch (value.kind) {
    case 'list':
      return value.items
    case 'dict':
      return value.entries.flat()
    case 'parameter':
      return [...value.values, ...value.named.values()]
    default:
      return []
  }
}
