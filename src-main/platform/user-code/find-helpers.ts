import { readFileSync, realpathSync, statSync } from 'node:fs'
import path from 'node:path'
import { type MessageDescriptor, msg } from '../../core/errors/message.ts'
import { isBelow } from '../files/own-path.ts'
import type { FoundFiles } from './find-files.ts'

/** Larger files are no code that a person writes; they are covered, but not looked into. */
const LARGEST_READ_BYTES = 1024 * 1024
/** A project beyond this is named as not covered whole. */
const MAX_HELPERS = 500

const scriptEndings = ['', '.js', '.mjs', '.cjs', '.ts', '.mts', '.cts', '.jsx', '.tsx', '.json']
const scriptFolders = ['index.js', 'index.mjs', 'index.cjs', 'index.ts']

/**
 * The files that programs import from their own folders: Python modules and packages beside a script or below the working directory, relative
 * imports of JavaScript and TypeScript, and what a shell script reads with `source` or `.`. What is installed elsewhere is no helper. Imports
 * are read from the text; one whose name is made while the program runs is not seen.
 * @param entries files that a command names, absolute
 * @param folders further folders that Python looks into
 * @param environment variables of the study file
 */
export function findHelpers(
  entries: readonly string[],
  folders: readonly string[],
  environment: Readonly<Record<string, string>>,
): FoundFiles {
  const further = (environment['PYTHONPATH'] ?? '').split(path.delimiter).filter(Boolean)
  const searched = [...folders, ...further.map(folder => path.resolve(folders[0] ?? '.', folder))]
  const roots = [...new Set([...entries.map(file => path.dirname(file)), ...searched])].map(real)
  const helpers = new Set<string>()
  const notCovered: MessageDescriptor[] = []
  const pending = [...entries]
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    for (const imported of importsOf(file, roots)) {
      const helper = real(imported)
      if (helpers.has(helper) || entries.includes(helper)) continue
      if (!roots.some(root => isBelow(root, helper))) {
        notCovered.push(msg('trust.uncovered.program', { path: helper }))
        continue
      }
      if (helpers.size === MAX_HELPERS) {
        const path = entries[0] ?? ''
        return {
          files: [...helpers],
          notCovered: [...notCovered, msg('trust.uncovered.helpers', { path, limit: MAX_HELPERS })],
        }
      }
      helpers.add(helper)
      pending.push(helper)
    }
  }
  return { files: [...helpers], notCovered }
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

/** Names of modules that a Python text imports, each with what follows its dots: `.a` is beside the file. */
export function pythonModules(text: string): readonly string[] {
  const names: string[] = []
  const plain = /^[^\S\n]*import[^\S\n]+([^#\n;]+)/gm
  for (const [, list = ''] of text.matchAll(plain)) {
    names.push(...list.split(',').map(part => part.trim().split(/\s/)[0] ?? ''))
  }
  const from =
    /^[^\S\n]*from[^\S\n]+(\.*[\p{L}\p{N}_.]*)[^\S\n]+import[^\S\n]*(\([^)]*\)|[^#\n;]+)/gmu
  for (const [, module = '', list = ''] of text.matchAll(from)) {
    names.push(module)
    const separator = module.endsWith('.') ? '' : '.'
    for (const part of list.replace(/[()]|#[^\n]*/g, '').split(',')) {
      const [name = ''] = part.trim().split(/\s/)
      if (/^[\p{L}_]/u.test(name)) names.push(module + separator + name)
    }
  }
  return names.filter(name => /^\.*[\p{L}_]?[\p{L}\p{N}_.]*$/u.test(name) && name !== '')
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
  const imported = /(?:\bfrom|\bimport|\brequire|\bnew URL)\s*\(?\s*(["'`])(\.{1,2}\/[^"'`\n$]+)\1/g
  return [...text.matchAll(imported)].flatMap(([, , name = '']) => {
    const target = path.resolve(folder, name)
    const candidates = [
      ...scriptEndings.map(ending => target + ending),
      // TypeScript names the file that it becomes.
      target.replace(/\.([cm]?)js$/, '.$1ts'),
      ...scriptFolders.map(index => path.join(target, index)),
    ]
    // Which one is taken depends on who reads it.
    return candidates.filter(isFile)
  })
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
