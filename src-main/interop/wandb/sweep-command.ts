import { placeholderOf } from '../../contract/command-template.ts'
import type { ImportNote } from '../../contract/import-note.ts'

type Plain = Readonly<Record<string, unknown>>

/** What W&B runs where a sweep has no command of its own. */
const usual = ['${env}', '${interpreter}', '${program}', '${args}']

/**
 * `program` and `command` as an objective here: the macros of W&B's agent are written out, so that the program gets the same
 * arguments. Nothing where the sweep names no program.
 * @param names path of a parameter to its name here
 */
export function sweepCommand(
  { program, command }: Plain,
  names: ReadonlyMap<string, string>,
  notes: ImportNote[],
): Plain {
  const given = Array.isArray(command) ? command.map(String) : usual
  if (typeof program !== 'string' && !Array.isArray(command)) return {}
  const pairs = [...names].map(([path, name]) => [path, placeholderOf(name)] as const)
  const braces = (text: string): string => text.replaceAll('{', '{{').replaceAll('}', '}}')
  const words = given.flatMap((word): string[] => {
    switch (word) {
      case '${env}':
        return []
      case '${interpreter}':
        return ['python']
      case '${program}':
        return [braces(typeof program === 'string' ? program : '')]
      case '${args}':
        return pairs.map(([path, value]) => `--${braces(path)}=${value}`)
      case '${args_no_hyphens}':
        return pairs.map(([path, value]) => `${braces(path)}=${value}`)
      case '${args_json_file}':
        return ['{parametersFile}']
      default: {
        const macro = /^\$\{(\w+)\}$/.exec(word)?.[1]
        if (macro === undefined) return [braces(word)]
        notes.push({ code: 'macroLeftOut', macro: word })
        return []
      }
    }
  })
  notes.push({ code: 'metricsOfProgram' })
  return { objective: { command: words } }
}
