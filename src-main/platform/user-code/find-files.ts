import { realpathSync, statSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { type MessageDescriptor, msg } from '../../core/errors/message.ts'
import { placeholdersIn } from '../../core/study/command-template.ts'
import type { CommandObjective } from '../../core/study/user-code.ts'
import { wordsOf } from './find-programs.ts'
import { mayBeCode } from './may-be-code.ts'

/** Larger files named in a command are data, not code; `files` takes any. */
export const LARGEST_CODE_BYTES = 16 * 1024 * 1024
/** Where a program that is given a folder begins. */
const beginnings = ['__main__.py', 'package.json', 'index.js', 'index.ts']
/** Node and its like find a file without its ending. */
const endings = ['', '.js', '.mjs', '.cjs', '.ts', '.mts', '.json']

export interface FoundFiles {
  /** Absolute, links resolved. */
  readonly files: readonly string[]
  readonly notCovered: readonly MessageDescriptor[]
}

/**
 * The files that a command names: as an argument or a part of one (`--config=x`, `@x`, `-fx`, `a:b`), as a Python module (`-m`), in a shell
 * text, or in a variable.
 * @param directory where the command runs
 */
export function findFiles(objective: CommandObjective, directory: string): FoundFiles {
  const { command, environment } = objective
  const words = typeof command === 'string' ? wordsOf(command) : command
  const files = new Set<string>()
  const notCovered: MessageDescriptor[] = []

  const take = (name: string): boolean => {
    const file = resolved(path.resolve(directory, name))
    if (file === null) return false
    const { isFolder, bytes } = file
    if (isFolder) {
      for (const beginning of beginnings) take(path.join(file.path, beginning))
      notCovered.push(msg('trust.uncovered.folder', { path: file.path }))
    } else if (bytes > LARGEST_CODE_BYTES) {
      notCovered.push(msg('trust.uncovered.large', { path: file.path, limit: LARGEST_CODE_BYTES }))
    } else files.add(file.path)
    return true
  }

  for (const [index, word] of words.entries()) {
    // A program without a slash is found in PATH.
    if (index === 0 && typeof command !== 'string' && !/[/\\]/.test(word)) continue
    const fixed = word.split(/\{[^{}]*\}/)
    if (placeholdersIn(word).length > 0 && fixed.length > 1) continue
    const option = outputOption(word, words[index - 1])
    const written = option === null ? null : dataFile(directory, valueOf(word))
    if (option !== null && written !== null) {
      notCovered.push(msg('trust.uncovered.written', { path: written, option }))
      continue
    }
    const isNamed = namesIn(word).filter(take).length > 0
    if (!isNamed && index > 0) endings.some(ending => take(word + ending))
    // A shell text within a list: `sh -c '…'`.
    if (!isNamed && /\s/.test(word)) wordsOf(word).flatMap(namesIn).forEach(take)
  }
  for (const name of modulesIn(words)) {
    const moduleSources = moduleFiles(name, moduleFolders(environment, directory))
    moduleSources.forEach(take)
    if (moduleSources.length === 0) notCovered.push(msg('trust.uncovered.module', { name }))
  }
  for (const value of Object.values(environment)) {
    if (placeholdersIn(value).length === 0) wordsOf(value).flatMap(namesIn).forEach(take)
  }
  return { files: [...files], notCovered }
}

/** Words in the name of an option whose value a program writes. */
const outputOptions =
  /^--?(?:[\w-]*[-_])?(?:o|out|outputs?|output|save|saves|log|logs|results?|dest|destination|dump|export|write|report|history)(?:[-_][\w-]*)?$/i

/** The option that names a file which the program writes, joined to it (`--out=x`) or before it; null where none does. */
function outputOption(word: string, previous: string | undefined): string | null {
  const joined = /^(--?[\w-]+)=/.exec(word)?.[1]
  const option = joined ?? (word.startsWith('-') ? undefined : previous)
  return option !== undefined && outputOptions.test(option) ? option : null
}

function valueOf(word: string): string {
  return word.startsWith('-') ? word.slice(word.indexOf('=') + 1) : word
}

/** Absolute; null for what is no file or may be code. */
function dataFile(directory: string, name: string): string | null {
  const file = resolved(path.resolve(directory, name))
  return file === null || file.isFolder || mayBeCode(file.path) ? null : file.path
}

/** Everything in a word that may be the name of a file. */
function namesIn(word: string): string[] {
  const value = word.includes('=') ? word.slice(word.indexOf('=') + 1) : null
  const texts = [word, value, /^-[^-]./.test(word) ? word.slice(2) : null]
  const names = texts.flatMap(text => {
    if (text === null) return []
    const parts = [text, ...text.split(/[,;]/), ...text.split(path.delimiter)]
    return parts.flatMap(part => [part, part.replace(/^@/, '')])
  })
  return [...new Set(names)].filter(name => name !== '' && !name.includes('\0'))
}

function resolved(file: string): { path: string; isFolder: boolean; bytes: number } | null {
  try {
    const real = realpathSync(file)
    const stats = statSync(real)
    if (!stats.isFile() && !stats.isDirectory()) return null
    return { path: real, isFolder: stats.isDirectory(), bytes: stats.size }
  } catch {
    return null
  }
}

/** Names behind `-m`, alone or joined with it and with other letters (`-um`). */
function modulesIn(words: readonly string[]): string[] {
  return words.flatMap((word, index) => {
    const [, joined] = /^-[bBdEiIOPqsSuvx]*m(.*)$/.exec(word) ?? []
    const name = joined === '' ? words[index + 1] : joined
    return name !== undefined && /^[\p{L}_][\p{L}\p{N}_.]*$/u.test(name) ? [name] : []
  })
}

function moduleFolders(environment: CommandObjective['environment'], directory: string): string[] {
  const variable = environment['PYTHONPATH'] ?? process.env['PYTHONPATH'] ?? ''
  const further = variable.split(path.delimiter).filter(folder => folder !== '')
  return ['.', ...further].map(folder => path.resolve(directory, folder))
}

/** The files that Python runs for a module before the module itself imports anything; none if it is an installed one. */
function moduleFiles(name: string, folders: readonly string[]): string[] {
  const parts = name.split('.')
  for (const folder of folders) {
    const whole = path.join(folder, ...parts)
    const main = [`${whole}.py`, path.join(whole, '__main__.py'), path.join(whole, '__init__.py')]
    const packages = parts
      .slice(0, -1)
      .map((_, depth) => path.join(folder, ...parts.slice(0, depth + 1), '__init__.py'))
    const mainFiles = main.filter(isFile)
    if (mainFiles.length > 0) return [...packages.filter(isFile), ...mainFiles]
  }
  return []
}

function isFile(file: string): boolean {
  return resolved(file)?.isFolder === false
}
