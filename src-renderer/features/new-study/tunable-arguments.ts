import { suggestedParameter } from './suggested-parameter.ts'

/** A number on a command line that could be a parameter. */
export interface TunableArgument {
  readonly name: string
  readonly value: number
  /** The words of the command with a placeholder in place of the number. */
  readonly words: readonly string[]
  readonly parameter: Readonly<Record<string, unknown>>
}

const number = String.raw`[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?`
/** `--lr=0.1`, and `optimizer.lr=0.1` as of Hydra. */
const joined = new RegExp(String.raw`^(?<flag>-{0,2}(?<name>[A-Za-z][\w.-]*))=(?<value>${number})$`)
const flag = /^-{1,2}(?<name>[A-Za-z][\w.-]*)$/
const alone = new RegExp(`^${number}$`)
/** Numbers that say where and how a program runs, not how it learns. */
const notTuned = /seed|port|rank|gpu|device|worker|thread|verbose|interval|log|save|print/i

/** Numbers after flags, in the order of the command; those that a study would not tune are left out. */
export function tunableArguments(words: readonly string[]): readonly TunableArgument[] {
  return words.flatMap((word, index): TunableArgument[] => {
    const { flag: written, name: joinedName, value: joinedValue } = joined.exec(word)?.groups ?? {}
    const before = index === 0 ? undefined : flag.exec(words[index - 1] ?? '')?.groups?.['name']
    const name = joinedName ?? (alone.test(word) ? before : undefined)
    const value = Number(joinedValue ?? word)
    if (index === 0 || name === undefined || !Number.isFinite(value) || notTuned.test(name))
      return []
    const filled = written === undefined ? `{${name}}` : `${written}={${name}}`
    const replaced = words.map((other, at) => (at === index ? filled : other))
    return [{ name, value, words: replaced, parameter: around(name, joinedValue ?? word) }]
  })
}

/** A range around the value that is written: a tenth to ten times of a small number, half to double of a whole one. */
export function around(name: string, text: string): Readonly<Record<string, unknown>> {
  const value = Number(text)
  const suggested = suggestedParameter(name)
  const [low, high] = boundsOf(suggested)
  if (low <= value && value <= high) return suggested
  if (value <= 0) return { float: [Math.min(2 * value, -1), Math.max(-value, 1)] }
  if (/^\d+$/.test(text)) return { int: [Math.max(1, Math.floor(value / 2)), 2 * value] }
  return { float: [short(value / 10), short(value * 10)], log: true }
}

function boundsOf(parameter: Readonly<Record<string, unknown>>): readonly [number, number] {
  const { float, int, choice } = parameter
  const numbers = [float, int, choice].find(Array.isArray) ?? []
  const values = (numbers as readonly unknown[]).filter(value => typeof value === 'number')
  // A number between 0 and 1 is what a name that says nothing gets.
  if (values.length === 0) return [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  return [Math.min(...values), Math.max(...values)]
}

function short(value: number): number {
  return Number(value.toPrecision(6))
}
