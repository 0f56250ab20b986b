import { msg, type MessageDescriptor } from '../../core/errors/message.ts'
import { ownValue } from '../../core/values/named-values.ts'
import { ForeignFileError } from '../foreign-study-file.ts'
import type { PythonToken } from './python-tokens.ts'
import type { PythonValue } from './python-value.ts'
import type { ValueExtents } from './value-extents.ts'

const constants: Readonly<Record<string, boolean | null>> = { True: true, False: false, None: null }
const functions: Readonly<Record<string, (x: number) => number>> = {
  log: Math.log,
  log10: Math.log10,
  log2: Math.log2,
  exp: Math.exp,
  sqrt: Math.sqrt,
}
const MAX_RANGE = 10_000
/** Of sums and signs within each other; each bracket has two. */
const DEEPEST = 120

/**
 * Works out one expression: numbers and their arithmetic, texts, lists, tuples, dictionaries, names that were assigned
 * before, `hp.…(…)`, and the few functions that people write in spaces (`np.log`, `range`, `dict`, `scope.int`).
 */
export class PythonExpression {
  readonly #tokens: readonly PythonToken[]
  readonly #variables: ReadonlyMap<string, PythonValue>
  readonly #extents: ValueExtents
  #at = 0
  #depth = 0

  /** @param extents of all values of the file */
  constructor(
    tokens: readonly PythonToken[],
    variables: ReadonlyMap<string, PythonValue>,
    extents: ValueExtents,
  ) {
    this.#tokens = tokens
    this.#variables = variables
    this.#extents = extents
  }

  /** @throws ForeignFileError for anything else */
  read(): PythonValue {
    const value = this.#sum()
    const items = [value]
    while (this.#take(',')) if (this.#peek() !== undefined) items.push(this.#sum())
    if (this.#peek() !== undefined) this.#refuse(msg('rule.import.notOfSpace'))
    return items.length === 1 ? value : this.#bounded({ kind: 'list', items })
  }

  #sum(): PythonValue {
    if (++this.#depth > DEEPEST) this.#refuse(msg('rule.tooDeep'))
    let left = this.#product()
    for (let sign = this.#takeOneOf('+', '-'); sign !== null; sign = this.#takeOneOf('+', '-')) {
      const right = this.#product()
      if (sign === '+' && left.kind === 'list' && right.kind === 'list')
        left = this.#bounded({ kind: 'list', items: [...left.items, ...right.items] })
      else
        left = literal(
          sign === '+'
            ? this.#number(left) + this.#number(right)
            : this.#number(left) - this.#number(right),
        )
    }
    this.#depth--
    return left
  }

  #product(): PythonValue {
    let left = this.#unary()
    const signs = ['*', '/', '//', '%'] as const
    for (let sign = this.#takeOneOf(...signs); sign !== null; sign = this.#takeOneOf(...signs)) {
      const [a, b] = [this.#number(left), this.#number(this.#unary())]
      if (sign === '*') left = literal(a * b)
      else if (b === 0) this.#refuse(msg('rule.import.division'))
      else
        left = literal(
          sign === '/' ? a / b : sign === '//' ? Math.floor(a / b) : a - b * Math.floor(a / b),
        )
    }
    return left
  }

  #unary(): PythonValue {
    if (++this.#depth > DEEPEST) this.#refuse(msg('rule.tooDeep'))
    const value = this.#signed()
    this.#depth--
    return value
  }

  #signed(): PythonValue {
    const sign = this.#takeOneOf('-', '+')
    if (sign !== null) {
      const value = this.#number(this.#unary())
      return literal(sign === '-' ? -value : value)
    }
    const base = this.#atom()
    return this.#take('**') ? literal(this.#number(base) ** this.#number(this.#unary())) : base
  }

  #atom(): PythonValue {
    const token = this.#peek()
    if (token === undefined) return this.#refuse(msg('rule.endsEarly'))
    this.#at++
    if (token.kind === 'number') return literal(Number(token.text.replaceAll('_', '')))
    if (token.kind === 'text') {
      let { text } = token
      while (this.#peek()?.kind === 'text') text += this.#tokens[this.#at++]?.text ?? ''
      return literal(text)
    }
    if (token.kind === 'name') return this.#named(token)
    if (token.text === '(' || token.text === '[') return this.#list(token.text === '(' ? ')' : ']')
    if (token.text === '{') return this.#dict()
    this.#at--
    return this.#refuse(msg('rule.import.notOfSpace'))
  }

  #list(closing: string): PythonValue {
    const items: PythonValue[] = []
    const commas = this.#each(closing, () => items.push(this.#sum()))
    const [only] = items
    const isTuple = closing === ']' || commas > 0
    return items.length === 1 && !isTuple && only !== undefined
      ? only
      : this.#bounded({ kind: 'list', items })
  }

  #dict(): PythonValue {
    const entries: [PythonValue, PythonValue][] = []
    this.#each('}', () => {
      const key = this.#sum()
      if (!this.#take(':')) this.#refuse(msg('rule.import.dictValue'))
      entries.push([key, this.#sum()])
    })
    return this.#bounded({ kind: 'dict', entries })
  }

  /** Reads what stands between commas, up to a closing bracket. @returns the number of commas */
  #each(closing: string, read: () => void): number {
    let commas = 0
    while (!this.#take(closing)) {
      read()
      if (this.#take(',')) commas++
      else if (this.#peek()?.text !== closing)
        this.#refuse(msg('rule.import.sign', { first: ',', second: closing }))
    }
    return commas
  }

  #named(first: PythonToken): PythonValue {
    const path = [first.text]
    while (this.#take('.')) path.push(this.#tokens[this.#at++]?.text ?? '')
    if (this.#take('(')) return this.#call(path, first)
    const [name = ''] = path
    if (path.length === 1 && Object.hasOwn(constants, name))
      return literal(ownValue(constants, name) ?? null)
    if (path.at(-1) === 'pi') return literal(Math.PI)
    const value = path.length === 1 ? this.#variables.get(name) : undefined
    if (value === undefined)
      throw new ForeignFileError(
        'space',
        path.join('.'),
        msg('rule.import.unknownName'),
        first.line,
      )
    if (value.kind === 'unknown') throw value.error
    return value
  }

  #call(path: readonly string[], token: PythonToken): PythonValue {
    const values: PythonValue[] = []
    const named = new Map<string, PythonValue>()
    this.#each(')', () => {
      const next = this.#peek()
      if (next?.kind === 'name' && this.#tokens[this.#at + 1]?.text === '=') {
        this.#at += 2
        named.set(next.text, this.#sum())
      } else values.push(this.#sum())
    })
    const last = path.at(-1) ?? ''
    const [argument] = values
    if (path.at(-2) === 'hp' || /^hp_\w+$/.test(last)) {
      const distribution = last.replace(/^hp_/, '')
      const { line } = token
      return this.#bounded({ kind: 'parameter', distribution, values, named, whole: false, line })
    }
    if (last === 'int' && argument?.kind === 'parameter')
      return this.#bounded({ ...argument, whole: true })
    if (last === 'float' && argument?.kind === 'parameter') return argument
    if (last === 'int') return literal(Math.trunc(this.#number(argument)))
    if (last === 'float') return literal(this.#number(argument))
    if (last === 'dict') {
      const entries = Array.from(named, ([key, value]) => [literal(key), value] as const)
      return this.#bounded({ kind: 'dict', entries })
    }
    if ((last === 'list' || last === 'tuple') && argument?.kind === 'list') return argument
    if (last === 'range' || last === 'arange') return this.#range(values)
    const compute = ownValue(functions, last)
    if (compute !== undefined) return literal(compute(this.#number(argument)))
    const call = `${path.join('.')}(…)`
    throw new ForeignFileError('space', call, msg('rule.import.unknownCall'), token.line)
  }

  #range(values: readonly PythonValue[]): PythonValue {
    const numbers = values.map(value => this.#number(value))
    const [from = 0, to = 0, step = 1] = numbers.length === 1 ? [0, numbers[0]] : numbers
    const count = Math.max(0, Math.ceil((to - from) / step))
    if (!(count <= MAX_RANGE)) this.#refuse(msg('rule.items.atMost', { count: MAX_RANGE }))
    const items = Array.from({ length: count }, (_, index) => literal(from + index * step))
    return this.#bounded({ kind: 'list', items })
  }

  /** @throws ForeignFileError where it would be too much when it is written out */
  #bounded(value: PythonValue): PythonValue {
    const rule = this.#extents.add(value)
    return rule === null ? value : this.#refuse(rule)
  }

  #number(value: PythonValue | undefined): number {
    return numberOf(value) ?? this.#refuse(msg('rule.number'))
  }

  #peek(): PythonToken | undefined {
    return this.#tokens[this.#at]
  }

  #take(text: string): boolean {
    const token = this.#peek()
    if (token?.kind !== 'sign' || token.text !== text) return false
    this.#at++
    return true
  }

  #takeOneOf<Sign extends string>(...signs: readonly Sign[]): Sign | null {
    return signs.find(sign => this.#take(sign)) ?? null
  }

  #refuse(rule: MessageDescriptor): never {
    const token = this.#peek() ?? this.#tokens.at(-1)
    throw new ForeignFileError('space', token?.text ?? '', rule, token?.line)
  }
}

/** The number that a value is; undefined where it is none. */
export function numberOf(value: PythonValue | undefined): number | undefined {
  return value?.kind === 'literal' && typeof value.value === 'number' ? value.value : undefined
}

function literal(value: number | string | boolean | null): PythonValue {
  return { kind: 'literal', value }
}
