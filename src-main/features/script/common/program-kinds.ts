import { ownValue } from '../../../core/values/named-values.ts'

/** What runs files that are no programs by themselves, by their endings in small letters. */
const interpreters: Readonly<Record<string, readonly string[]>> = {
  '.r': ['Rscript'],
  '.jl': ['julia'],
  '.sh': ['sh'],
  '.bash': ['bash'],
  '.zsh': ['zsh'],
  '.js': ['node'],
  '.cjs': ['node'],
  '.mjs': ['node'],
  '.ts': ['node'],
  '.rb': ['ruby'],
  '.pl': ['perl'],
  '.lua': ['lua'],
  '.jar': ['java', '-jar'],
}

/** Endings of scripts that a person may choose. */
export const scriptEndings: readonly string[] = ['.py', '.ipynb', ...Object.keys(interpreters)]

/** What runs a file of this name; null where its name does not tell. */
export function interpreterFor(name: string): readonly string[] | null {
  return ownValue(interpreters, endingOf(name)) ?? null
}

/** Words that name a subcommand, one within another: none of them can be an option. */
export const subcommandWords = /^\w[\w.:-]*(?: \w[\w.:-]*)*$/

/** Whether a file is read without being run: Python, and notebooks, which are refused with what converts them. */
export function isRead(name: string): boolean {
  return ['.py', '.ipynb'].includes(endingOf(name))
}

function endingOf(name: string): string {
  return /\.[^./\\]+$/.exec(name.toLowerCase())?.[0] ?? ''
}
