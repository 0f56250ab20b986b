import { ownValue } from '../../core/values/named-values.ts'
import { getOrInsertComputed } from '../../core/values/get-or-insert-computed.ts'
import { sum } from '../../math/numbers.ts'
import type { Assignment, ParameterValue } from '../../core/trial/trial.ts'
import type { SearchSpace, Parameter } from './search-space.ts'
import { valueAt, valueCount, valueIndex } from './unit-cube.ts'

/** The values that one parameter takes in an enumeration, counted from 0. */
export interface Axis {
  /** ≥ 1; Infinity allowed where only the size is asked for. */
  readonly size: number
  valueAt(index: number): ParameterValue
  /** -1 if the value is not on the axis. */
  indexOf(value: ParameterValue): number
}

/** All assignments of a space, numbered; nothing is stored per assignment. */
export interface Enumeration {
  /** Number of assignments. A number beyond 2⁵³ is not exact. */
  readonly size: number
  /** False where conditions depend on each other in more ways than can be counted; `size` is then Infinity. */
  readonly isCountable: boolean
  /** @param index 0 … size − 1; size must be below 2⁵³ */
  assignmentAt(index: number): Assignment
  /** -1 if the assignment is not among them. */
  indexOf(assignment: Assignment): number
}

/**
 * Numbers the assignments of a conditional space without duplicates. Parameters that depend on each
 * other form a group; the groups multiply (mixed radix). Within a group, an active parameter
 * without children is a digit; the values of a parent split into classes that activate the same
 * children, and the numbers of the classes follow one another. What remains below a point depends only
 * on which later parameters can no longer become active, so counts are kept by that.
 *
 * @param axes one per parameter of the space
 */
export function enumerateSpace(space: SearchSpace, axes: ReadonlyMap<string, Axis>): Enumeration {
  const groups = dependencyGroups(space).map(names => new Group(space, names, axes))
  const names = space.parameters.map(parameter => parameter.name)
  return {
    size: groups.reduce((product, group) => product * group.size, 1),
    isCountable: groups.every(group => group.isCountable),
    assignmentAt(index) {
      const values = new Map<string, ParameterValue>()
      let remainder = index
      for (const group of groups) {
        group.decode(remainder % group.size, values)
        remainder = Math.floor(remainder / group.size)
      }
      return Object.fromEntries(
        names.filter(name => values.has(name)).map(name => [name, values.get(name) as never]),
      )
    },
    indexOf(assignment) {
      let index = 0
      let weight = 1
      let used = 0
      for (const group of groups) {
        const part = group.encode(assignment)
        if (part === null) return -1
        index += part.index * weight
        weight *= group.size
        used += part.used
      }
      return used === Object.keys(assignment).length ? index : -1
    },
  }
}

/** Values of a parent that make the same later parameters impossible: `excluded` holds their positions. */
interface ValueClass {
  readonly size: number
  readonly excluded: readonly number[]
  indexAt(position: number): number
  /** -1 if the axis index belongs to another class. */
  positionOf(index: number): number
}

interface Node {
  readonly name: string
  readonly axis: Axis
  readonly classes: readonly ValueClass[]
  /** Positions of the children: all are impossible while this parameter is inactive. */
  readonly children: readonly number[]
}

/**
 * Positions that are looked at while assignments are counted. Conditions on several parents can make the number of
 * cases double with each of them.
 */
const MAX_COUNT_WORK = 1_000_000

/** Parameters that hang together through conditions. */
class Group {
  readonly size: number
  readonly isCountable: boolean
  #work = 0
  readonly #nodes: readonly Node[]
  readonly #counts = new Map<string, number>()

  constructor(space: SearchSpace, names: readonly string[], axes: ReadonlyMap<string, Axis>) {
    this.#nodes = names.map(name => createNode(space, name, names, axes.get(name) as Axis))
    const size = this.#count(0, [])
    this.isCountable = this.#work <= MAX_COUNT_WORK
    this.size = this.isCountable ? size : Number.POSITIVE_INFINITY
  }

  decode(index: number, values: Map<string, ParameterValue>): void {
    let remainder = index
    let impossible: readonly number[] = []
    this.#nodes.forEach((node, position) => {
      if (impossible.includes(position)) {
        impossible = union(impossible, node.children)
        return
      }
      for (const valueClass of node.classes) {
        const next = union(impossible, valueClass.excluded)
        const block = valueClass.size * this.#count(position + 1, next)
        if (remainder < block) {
          values.set(node.name, node.axis.valueAt(valueClass.indexAt(remainder % valueClass.size)))
          remainder = Math.floor(remainder / valueClass.size)
          impossible = next
          return
        }
        remainder -= block
      }
    })
  }

  encode(assignment: Assignment): { readonly index: number; readonly used: number } | null {
    let index = 0
    let weight = 1
    let used = 0
    let impossible: readonly number[] = []
    for (const [position, node] of this.#nodes.entries()) {
      if (impossible.includes(position)) {
        impossible = union(impossible, node.children)
        continue
      }
      if (!Object.hasOwn(assignment, node.name)) return null
      const axisIndex = node.axis.indexOf(ownValue(assignment, node.name) as ParameterValue)
      let isEncoded = false
      for (const valueClass of node.classes) {
        const next = union(impossible, valueClass.excluded)
        const inClass = axisIndex < 0 ? -1 : valueClass.positionOf(axisIndex)
        if (inClass >= 0) {
          index += inClass * weight
          weight *= valueClass.size
          impossible = next
          isEncoded = true
          break
        }
        index += valueClass.size * this.#count(position + 1, next) * weight
      }
      if (!isEncoded) return null
      used++
    }
    return { index, used }
  }

  /** Assignments of the parameters from `position` on. */
  #count(position: number, impossible: readonly number[]): number {
    const node = this.#nodes[position]
    if (node === undefined) return 1
    const later = impossible.filter(other => other >= position)
    const countWithout = (excluded: readonly number[]): number =>
      this.#count(position + 1, union(later, excluded))
    return getOrInsertComputed(this.#counts, `${position}:${later.join()}`, () => {
      this.#work += 1 + later.length
      if (this.#work > MAX_COUNT_WORK) return Number.POSITIVE_INFINITY
      return later.includes(position)
        ? countWithout(node.children)
        : sum(node.classes.map(({ size, excluded }) => size * countWithout(excluded)))
    })
  }
}

function createNode(space: SearchSpace, name: string, names: readonly string[], axis: Axis): Node {
  const conditions = space.parameters.flatMap(child =>
    child.when
      .filter(condition => condition.parent === name)
      .map(condition => ({ child: names.indexOf(child.name), values: new Set(condition.values) })),
  )
  const excludedBy = (wanted: ParameterValue | null): number[] =>
    conditions
      .filter(({ values }) => wanted === null || !values.has(wanted))
      .map(({ child }) => child)
      .sort((a, b) => a - b)
  const named = new Map<number, ParameterValue>()
  for (const value of new Set(conditions.flatMap(({ values }) => [...values]))) {
    const index = axis.indexOf(value)
    if (index >= 0) named.set(index, value)
  }
  const byExcluded = new Map<string, { excluded: number[]; indices: number[] }>()
  const sorted = [...named.keys()].sort((a, b) => a - b)
  for (const index of sorted) {
    const excluded = excludedBy(named.get(index) as ParameterValue)
    const group = getOrInsertComputed(byExcluded, excluded.join(), () => ({
      excluded,
      indices: [],
    }))
    group.indices.push(index)
  }
  const classes: ValueClass[] = [...byExcluded.values()].map(({ excluded, indices }) => ({
    size: indices.length,
    excluded,
    indexAt: position => indices[position] as number,
    positionOf: index => indices.indexOf(index),
  }))
  if (axis.size > sorted.length) {
    classes.push({
      size: axis.size - sorted.length,
      excluded: excludedBy(null),
      // Skips the named indices, which are few.
      indexAt: position =>
        sorted.reduce((index, skip) => (skip <= index ? index + 1 : index), position),
      positionOf: index =>
        named.has(index) ? -1 : index - sorted.filter(skip => skip < index).length,
    })
  }
  return { name, axis, classes, children: conditions.map(({ child }) => child) }
}

/** Connected groups; in each, children follow their last parent as soon as possible. */
function dependencyGroups(space: SearchSpace): string[][] {
  const placed = new Set<string>()
  const groups: string[][] = []
  const parents = new Map(
    space.parameters.map(({ name, when }) => [name, when.map(is => is.parent)]),
  )
  const children = new Map(space.parameters.map(({ name }) => [name, new Set<string>()]))
  for (const [name, above] of parents) for (const parent of above) children.get(parent)?.add(name)
  const parentsOf = (name: string): readonly string[] => parents.get(name) ?? []
  const childrenOf = (name: string): Iterable<string> => children.get(name) ?? []
  function connected(start: string): Set<string> {
    const connectedNames = new Set([start])
    for (const name of connectedNames) {
      for (const other of [...parentsOf(name), ...childrenOf(name)]) connectedNames.add(other)
    }
    return connectedNames
  }
  function place(name: string, group: string[]): void {
    if (placed.has(name) || !parentsOf(name).every(parent => placed.has(parent))) return
    placed.add(name)
    group.push(name)
    for (const child of childrenOf(name)) place(child, group)
  }
  for (const { name } of space.parameters) {
    if (placed.has(name)) continue
    const members = connected(name)
    const group: string[] = []
    for (const { name: member } of space.parameters) if (members.has(member)) place(member, group)
    groups.push(group)
  }
  return groups
}

function union(a: readonly number[], b: readonly number[]): readonly number[] {
  if (b.length === 0) return a
  return [...new Set([...a, ...b])].sort((x, y) => x - y)
}

/**
 * Number of different assignments of a space, inactive parameters counted as absent; Infinity if a
 * float without a step can be active. Not exact beyond 2⁵³.
 */
export function cardinality(space: SearchSpace): number {
  const axes = new Map(space.parameters.map(parameter => [parameter.name, wholeAxis(parameter)]))
  return enumerateSpace(space, axes).size
}

/** Every value of a parameter. */
export function wholeAxis(parameter: Parameter): Axis {
  return {
    size: valueCount(parameter),
    valueAt: index => valueAt(parameter, index),
    indexOf: value => valueIndex(parameter, value),
  }
}
