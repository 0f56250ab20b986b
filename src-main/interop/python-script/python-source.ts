import { ownValue } from '../../core/values/named-values.ts'
import { parser } from '@lezer/python'
import type { SyntaxNode } from '@lezer/common'

/** A value that stands in a script as it is written: a number, text, switch, None, or a list of them. */
export type PythonLiteral = number | string | boolean | null | readonly PythonLiteral[]

/** The arguments of a call as they stand in a script. */
export interface CallArguments {
  readonly positional: readonly SyntaxNode[]
  readonly keywords: ReadonlyMap<string, SyntaxNode>
}

const numberOperators: Readonly<Record<string, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '//': (left, right) => Math.floor(left / right),
  '**': (left, right) => left ** right,
}

/** The text of a Python file and its syntax tree. Nothing of it is run; a file with errors is read as far as it can be. */
export class PythonSource {
  readonly text: string
  readonly root: SyntaxNode
  readonly #lineStarts: readonly number[]

  constructor(text: string) {
    this.text = text
    this.root = parser.parse(withoutLastPoints(text)).topNode
    const starts = [0]
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) {
      starts.push(at + 1)
    }
    this.#lineStarts = starts
  }

  /** The line of a node, from 1. */
  lineOf({ from }: SyntaxNode): number {
    let low = 0
    let high = this.#lineStarts.length - 1
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if ((this.#lineStarts[middle] ?? 0) <= from) low = middle
      else high = middle - 1
    }
    return low + 1
  }

  textOf({ from, to }: SyntaxNode): string {
    return this.text.slice(from, to)
  }

  /** `a.b.c` of names and members; null for anything else. */
  dottedName(node: SyntaxNode | null): string | null {
    if (node === null) return null
    if (node.name !== 'VariableName' && node.name !== 'MemberExpression') return null
    const text = this.textOf(node)
    return /^[\p{L}_][\p{L}\p{N}_]*(\s*\.\s*[\p{L}_][\p{L}\p{N}_]*)*$/u.test(text)
      ? text.replaceAll(/\s/g, '')
      : null
  }

  /** The last word of the name of what is called, such as `Adam` of `torch.optim.Adam(…)`; null where it has none. */
  calleeOf(call: SyntaxNode): string | null {
    const callee = call.firstChild
    if (callee === null) return null
    return /([\p{L}_][\p{L}\p{N}_]*)$/u.exec(this.textOf(callee))?.[1] ?? null
  }

  /** The arguments within parentheses of a call or a decorator; unpacked ones (`*a`, `**b`) are left out. */
  argumentsOf(call: SyntaxNode): CallArguments {
    const list = call.getChild('ArgList')
    const positional: SyntaxNode[] = []
    const keywords = new Map<string, SyntaxNode>()
    for (const group of groupsOf(list)) {
      const [first, sign, value] = group
      if (first === undefined || first.name === '*' || first.name === '**') continue
      if (sign?.name === 'AssignOp' && value !== undefined) keywords.set(this.textOf(first), value)
      else positional.push(first)
    }
    return { positional, keywords }
  }

  /** The value of an expression that is written out; undefined where only a run would know it. */
  literal(node: SyntaxNode | null | undefined): PythonLiteral | undefined {
    if (node === null || node === undefined) return undefined
    switch (node.name) {
      case 'Number':
        return numberOf(this.textOf(node))
      case 'Boolean':
        return this.textOf(node) === 'True'
      case 'None':
        return null
      case 'String':
        return stringOf(this.textOf(node))
      case 'ContinuedString': {
        const parts = childrenOf(node).map(part => this.literal(part))
        return parts.every(part => typeof part === 'string') ? parts.join('') : undefined
      }
      case 'ParenthesizedExpression':
        return this.literal(childrenOf(node)[1])
      case 'UnaryExpression': {
        const [sign, operand] = childrenOf(node)
        const value = this.literal(operand)
        if (sign === undefined || value === undefined) return undefined
        if (this.textOf(sign) === 'not') return value === false || value === null || value === 0
        return typeof value === 'number' && this.textOf(sign) === '-' ? -value : undefined
      }
      case 'BinaryExpression': {
        const [left, operator, right] = childrenOf(node)
        const values = [this.literal(left), this.literal(right)]
        const compute = operator && ownValue(numberOperators, this.textOf(operator))
        const [first, second] = values
        return typeof first === 'number' && typeof second === 'number' && compute !== undefined
          ? compute(first, second)
          : undefined
      }
      case 'ArrayExpression':
      case 'TupleExpression': {
        const items = groupsOf(node).map(([item]) => this.literal(item))
        return items.every(item => item !== undefined) ? items : undefined
      }
      default:
        return undefined
    }
  }
}

/** The grammar takes `2.` for the beginning of a member: the point becomes a space, so that everything stays where it is. */
function withoutLastPoints(text: string): string {
  return text.replaceAll(/(?<![\w.])(\d[\d_]*)\.(?![\w.])/g, '$1 ')
}

/** All children of a node without comments. */
export function childrenOf(node: SyntaxNode | null): readonly SyntaxNode[] {
  const children: SyntaxNode[] = []
  for (let child = node?.firstChild ?? null; child !== null; child = child.nextSibling) {
    if (child.name !== 'Comment') children.push(child)
  }
  return children
}

/** What stands between the commas of a bracketed list. */
export function groupsOf(list: SyntaxNode | null): readonly (readonly SyntaxNode[])[] {
  const groups: SyntaxNode[][] = [[]]
  for (const child of childrenOf(list)) {
    if (child.name === ',') groups.push([])
    else if (!['(', ')', '[', ']', '{', '}'].includes(child.name)) groups.at(-1)?.push(child)
  }
  return groups.filter(({ length }) => length > 0)
}

/** Every node of a tree below `root`, parents first. */
export function* nodesBelow(root: SyntaxNode): Generator<SyntaxNode> {
  for (let child = root.firstChild; child !== null; child = child.nextSibling) {
    yield child
    yield* nodesBelow(child)
  }
}

/** The nearest node around `node` of one of these names. */
export function ancestorOf(node: SyntaxNode, names: readonly string[]): SyntaxNode | null {
  for (let parent = node.parent; parent !== null; parent = parent.parent) {
    if (names.includes(parent.name)) return parent
  }
  return null
}

function numberOf(text: string): number | undefined {
  const value = Number(text.replaceAll('_', ''))
  return Number.isFinite(value) ? value : undefined
}

function stringOf(text: string): string | undefined {
  const [, prefix = '', , body = ''] = /^([A-Za-z]*)("""|'''|"|')([\s\S]*)\2$/.exec(text) ?? []
  if (/[fb]/i.test(prefix)) return undefined
  return /r/i.test(prefix) ? body : body.replaceAll(/\\(["'\\])/g, '$1').replaceAll('\\n', '\n')
}
