import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import path from 'node:path'
import { type MessageDescriptor, msg } from '../../core/errors/message.ts'
import { isObject } from '../../core/values/json.ts'
import { isBelow } from '../files/own-path.ts'
import type { FoundFiles } from './find-files.ts'
import modulesOfPython from './python-modules.json' with { type: 'json' }

/** Larger files are no code that a person writes; they are covered, but not looked into. */
const LARGEST_READ_BYTES = 1024 * 1024
/** A project beyond this is named as not covered whole. */
const MAX_HELPERS = 500

const scriptEndings = ['', '.js', '.mjs', '.cjs', '.ts', '.mts', '.cts', '.jsx', '.tsx', '.json']
const scriptFolders = ['index.js', 'index.mjs', 'index.cjs', 'index.ts']

/**
 * The files that programs import from their own folders: Python modules and packages beside a script or below the working directory, and those
 * there that have the name of one of Python's library; relative imports of JavaScript and TypeScript, by `package.json` too; and what a shell
 * script reads with `source` or `.`. What is installed elsewhere is no helper. Imports
 * are read from the text; one whose name is made while the program runs is not seen.
 * @param entries files that a command names, absolute
 * @param folders further folders that Python looks into, the working directory first
 * @param environment variables of the study file
 * @param texts code within the command itself (`-c`, `-e`)
 */
export function findHelpers(
  entries: readonly string[],
  folders: readonly string[],
  environment: Readonly<Record<string, string>>,
  texts: readonly string[] = [],
): FoundFiles {
  const further = (environment['PYTHONPATH'] ?? '').split(path.delimiter).filter(Boolean)
  const searched = [...folders, ...further.map(folder => path.resolve(folders[0] ?? '.', folder))]
  const roots = [...new Set([...entries.map(file => path.dirname(file)), ...searched])].map(real)
  const helpers = new Set<string>()
  const notCovered: MessageDescriptor[] = []
  const directory = folders[0] ?? '.'
  const ofTexts = texts.flatMap(text => [
    ...pythonImports(text, path.join(directory, 'command'), roots),
    ...scriptImports(text, directory),
  ])
  const usesPython = texts.length > 0 || entries.some(isPython)
  const pending = [...entries]
  const take = (imported: string): void => {
    const helper = real(imported)
    if (helpers.has(helper) || entries.includes(helper)) return
    if (!roots.some(root => isBelow(root, helper)))
      notCovered.push(msg('trust.uncovered.program', { path: helper }))
    else if (helpers.size <= MAX_HELPERS) {
      helpers.add(helper)
      pending.push(helper)
    }
  }
  for (const imported of [...ofTexts, ...(usesPython ? roots.flatMap(shadowsIn) : [])])
    take(imported)
  for (let file = pending.pop(); file !== undefined; file = pending.pop())
    for (const imported of importsOf(file, roots)) take(imported)
  if (helpers.size > MAX_HELPERS)
    notCovered.push(
      msg('trust.uncovered.helpers', { path: entries[0] ?? directory, limit: MAX_HELPERS }),
    )
  const files = [...helpers].slice(0, MAX_HELPERS)
  const folderNames = new Set(
    [...entries, ...files].filter(isPython).map(file => path.dirname(file)),
  )
  const compiled = [...folderNames]
    .filter(folder => isFolder(path.join(folder, '__pycache__')))
    .map(folder => msg('trust.uncovered.bytecode', { path: folder }))
  return { files, notCovered: [...notCovered, ...compiled] }
}

function isPython(file: string): boolean {
  return /\.pyw?$/i.test(file)
}

const libraryModules = new Set<string>(modulesOfPython.library)

/** Modules of a folder that stand in the way of those of Python's library, which any of its modules may import. */
function shadowsIn(folder: string): string[] {
  let names: readonly string[] = []
  try {
    names = readdirSync(folder)
  } catch {
    // Python finds nothing there, too.
  }
  return names.flatMap(name => {
    if (libraryModules.has(name)) return [path.join(folder, name, '__init__.py')].filter(isFile)
    return isPython(name) && libraryModules.has(name.replace(/\.pyw?$/i, ''))
      ? [path.join(folder, name)]
      : []
  })
}

/** Files that a file imports, by its ending. */
function importsOf(file: string, roots: readonly string[]): readonly string[] {
  const text = textOf(file)
  if (text === null) return []
  if (/\.pyw?$/i.test(file)) return pythonImports(text, file, roots)
  if (/\.[cm]?[jt]sx?$/i.test(file)) return scriptImports(text, path.dirname(file))
  if (/\.(sh|bash|zsh)$/i.test(file) || /^#!.*\b(ba|z|da)?sh\b/.test(text))
    return shellImports(text, roots)
  return /^#!.*\bpython/.test(text) ? pythonImports(text, file, roots) : []
}

/** Where a statement may begin with an import: at the start of a line, or behind `;` or `:`. */
const importWords = /(?:^|[\n;:])[^\S\n]*(import|from)(?![\p{L}\p{N}_])/gu
/** To be read on from there; no part of them can be read in two ways, so that no text takes long. */
const plainList = /[^#\n;:]*/y
const fromModule = /[^\S\n]*([.\p{L}\p{N}_]+)[^\S\n]*import(?![\p{L}\p{N}_])/uy
const fromList = /[^\S\n]*(?:\(([^)]*)\)|([^#\n;:]*))/y

/** Names of modules that a Python text imports, each with what follows its dots: `.a` is beside the file. */
export function pythonModules(text: string): readonly string[] {
  const names: string[] = []
  const readAt = (pattern: RegExp, at: number): RegExpExecArray | null => {
    pattern.lastIndex = at
    return pattern.exec(text)
  }
  for (const match of text.matchAll(importWords)) {
    const at = match.index + match[0].length
    if (match[1] === 'import') {
      const [list = ''] = readAt(plainList, at) ?? []
      names.push(...list.split(',').map(part => firstWord(part)))
      continue
    }
    const from = readAt(fromModule, at)
    if (from === null) continue
    const [, module = ''] = from
    names.push(module)
    const separator = module.endsWith('.') ? '' : '.'
    const [, inBrackets, bare = ''] = readAt(fromList, at + from[0].length) ?? []
    for (const part of (inBrackets ?? bare).replace(/#[^\n]*/g, '').split(',')) {
      const name = firstWord(part)
      if (/^[\p{L}_]/u.test(name)) names.push(module + separator + name)
    }
  }
  return names.filter(name => /^\.*[\p{L}_]?[\p{L}\p{N}_.]*$/u.test(name) && name !== '')
}

function firstWord(text: string): string {
  return text.trim().split(/\s/, 1)[0] ?? ''
}

function pythonImports(text: string, file: string, roots: readonly string[]): string[] {
  const dynamic = /\b(?:import_module|__import__)\(\s*["']([\w.]+)["']/g
  const names = [
    ...pythonModules(text),
    ...[...text.matchAll(dynamic)].map(([, name = '']) => name),
  ]
  return names
    .flatMap(name => {
      const [dots = ''] = /^\.*/.exec(name) ?? []
      const parts = name.slice(dots.length).split('.').filter(Boolean)
      const up = Array.from({ length: dots.length - 1 }, () => '..')
      const starts = dots === '' ? roots : [path.join(path.dirname(file), ...up)]
      return starts.flatMap(start => [
        // Every package on the way is run, too.
        ...parts.map((_, depth) => path.join(start, ...parts.slice(0, depth + 1), '__init__.py')),
        ...(parts.length > 0 ? [`${path.join(start, ...parts)}.py`] : []),
      ])
    })
    .filter(isFile)
}

function scriptImports(text: string, folder: string): string[] {
  const imported =
    /(?:\bfrom|\bimport|\brequire|\bnew URL)\s*\(?\s*(["'`])((?:\.{1,2}\/|#)[^"'`\n$]+)\1/g
  return [...text.matchAll(imported)].flatMap(([, , name = '']) => {
    if (name.startsWith('#')) return packageImports(folder)
    const target = path.resolve(folder, name)
    const candidates = [
      ...scriptEndings.map(ending => target + ending),
      // TypeScript names the file that it becomes.
      target.replace(/\.([cm]?)js$/, '.$1ts'),
      ...scriptFolders.map(index => path.join(target, index)),
      ...packageMain(target),
    ]
    // Which one is taken depends on who reads it.
    return candidates.filter(isFile)
  })
}

/** What a folder with a `package.json` begins with. */
function packageMain(folder: string): string[] {
  const file = path.join(folder, 'package.json')
  const { main } = packageOf(file)
  if (typeof main !== 'string') return [file]
  const target = path.resolve(folder, main)
  return [
    file,
    ...scriptEndings.map(ending => target + ending),
    ...scriptFolders.map(index => path.join(target, index)),
  ]
}

/** Every file that the names with `#` of the nearest package lead to, whatever the conditions. */
function packageImports(folder: string): string[] {
  for (let up = folder; ; up = path.dirname(up)) {
    const file = path.join(up, 'package.json')
    if (isFile(file)) {
      const targets = textsIn(packageOf(file).imports).filter(text => text.startsWith('./'))
      return [file, ...targets.map(text => path.resolve(up, text))].filter(isFile)
    }
    if (path.dirname(up) === up) return []
  }
}

function packageOf(file: string): { readonly main?: unknown; readonly imports?: unknown } {
  try {
    const value: unknown = JSON.parse(textOf(file) ?? '')
    return isObject(value) ? value : {}
  } catch {
    return {}
  }
}

/** All texts in a value of JSON that people write: a few levels deep. */
function textsIn(value: unknown, depth = 5): string[] {
  if (typeof value === 'string') return [value]
  if (depth === 0 || typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(inner => textsIn(inner, depth - 1))
}

function shellImports(text: string, roots: readonly string[]): string[] {
  const sourced = /^[^\S\n]*(?:source|\.)[^\S\n]+["']?([\w./-]+)/gm
  return [...text.matchAll(sourced)].flatMap(
    ([, name = '']) => roots.map(root => path.resolve(root, name)).find(isFile) ?? [],
  )
}

function textOf(file: string): string | null {
  try {
    return statSync(file).size > LARGEST_READ_BYTES ? null : readFileSync(file, 'utf8')
  } catch {
    return null
  }
}

function isFolder(file: string): boolean {
  try {
    return statSync(file).isDirectory()
  } catch {
    return false
  }
}

function isFile(file: string): boolean {
  try {
    return statSync(file).isFile()
  } catch {
    return false
  }
}

function real(file: string): string {
  try {
    return realpathSync(file)
  } catch {
    return file
  }
}
