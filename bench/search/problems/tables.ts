import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { ParameterInput, SearchProblem } from './problem.ts'

interface TableDescription {
  readonly direction: 'minimize' | 'maximize'
  readonly configs: number
  readonly repeats: number
  readonly params: readonly {
    readonly name: string
    readonly type: string
    readonly choices: readonly (string | number)[]
  }[]
}

/** A complete table of settings. */
export interface ReadTable extends TableDescription {
  /** Minimized; NaN: that repeat does not exist. */
  readonly loss: (row: number, repeat: number) => number
}

export function readTable(dataFolder: string, name: string): ReadTable {
  const file = path.join(dataFolder, 'tabular', name)
  const description = JSON.parse(readFileSync(`${file}.json`, 'utf8')) as TableDescription
  const bytes = readFileSync(`${file}.f32`)
  const sign = description.direction === 'maximize' ? -1 : 1
  return {
    ...description,
    loss: (row, repeat) => sign * bytes.readFloatLE(4 * (row * description.repeats + repeat)),
  }
}

/**
 * A complete table of settings, the mean over its repeats. Numbers are searched as positions in their list, as the peers
 * did; a maximized table is negated.
 */
export function loadTable(dataFolder: string, name: string): SearchProblem {
  const { configs, repeats, params, loss } = readTable(dataFolder, name)
  const means = Float64Array.from({ length: configs }, (_, row) => {
    let sum = 0
    let count = 0
    for (let repeat = 0; repeat < repeats; repeat++) {
      const value = loss(row, repeat)
      if (Number.isNaN(value)) continue
      sum += value
      count++
    }
    return sum / count
  })
  const isChoice = params.map(({ type }) => type === 'str')
  const space = params.map(({ name: parameter, choices }, index): [string, ParameterInput] => [
    parameter,
    isChoice[index] ? { choice: [...choices] } : { int: [0, choices.length - 1] },
  ])
  return {
    name,
    space: Object.fromEntries(space),
    evaluate: point => {
      let row = 0
      params.forEach(({ name: parameter, choices }, index) => {
        const value = point[parameter] as string | number
        row = row * choices.length + (isChoice[index] ? choices.indexOf(value) : Number(value))
      })
      return means[row]!
    },
  }
}
