import { readdirSync } from 'node:fs'
import path from 'node:path'

/** A run leaves fewer; the walk ends there. */
export const MAX_ENTRIES = 20_000
const MAX_DEPTH = 12
const skippedFolders = new Set([
  'node_modules',
  'site-packages',
  '__pycache__',
  '.git',
  '.venv',
  'venv',
])

/** A folder, and a pattern for the paths below it. */
export interface LogPattern {
  /** Absolute. */
  readonly folder: string
  readonly matches: (file: string) => boolean
}

/**
 * @param pattern a path, absolute or from `directory`, in which `*` stands for a part of a name, `?` for a sign and `**` for folders
 */
export function logPattern(directory: string, pattern: string): LogPattern {
  const parts = path.resolve(directory, pattern).split(path.sep)
  const first = parts.findIndex(part => /[*?]/.test(part))
  if (first < 0) {
    const file = parts.join(path.sep)
    // A folder stands for all that is in it.
    return {
      folder: path.dirname(file),
      matches: other => other === file || other.startsWith(`${file}${path.sep}`),
    }
  }
  const expression = new RegExp(`^${parts.map(partExpression).join('')}$`)
  return {
    folder: parts.slice(0, first).join(path.sep) || path.sep,
    matches: file => expression.test(`${path.sep}${file.split(path.sep).join('/')}`.slice(1)),
  }
}

function partExpression(part: string, at: number, parts: readonly string[]): string {
  const isLast = at === parts.length - 1
  if (part === '**') return isLast ? '.*' : '(?:[^/]+/)*'
  const escaped = part
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll(/\*+/g, '[^/]*')
    .replaceAll('?', '[^/]')
  return isLast ? escaped : `${escaped}/`
}

/**
 * The plain files below a folder; links are not followed.
 * @returns `isWhole` is false where the folder has so many entries that it was not walked to its end
 */
export function filesIn(
  folder: string,
  limit = MAX_ENTRIES,
): {
  readonly files: readonly string[]
  readonly isWhole: boolean
} {
  const files: string[] = []
  const folders = [{ folder, depth: 0 }]
  let entries = 0
  for (const { folder: current, depth } of folders) {
    for (const entry of entriesOf(current)) {
      if (++entries > limit) return { files, isWhole: false }
      const file = path.join(current, entry.name)
      if (entry.isFile()) files.push(file)
      else if (entry.isDirectory() && depth < MAX_DEPTH && !skippedFolders.has(entry.name))
        folders.push({ folder: file, depth: depth + 1 })
    }
  }
  return { files, isWhole: true }
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
}
