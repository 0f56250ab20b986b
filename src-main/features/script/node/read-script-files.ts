import { readdirSync, readFileSync, statSync, type Stats } from 'node:fs'
import path from 'node:path'
import type { AppError } from '../../../core/errors/errors.ts'
import { type MessageDescriptor, msg } from '../../../core/errors/message.ts'
import { setOwnValue } from '../../../core/values/named-values.ts'
import type { ScriptFiles } from '../../../interop/python-script/read-script.ts'
import { fileError } from '../../../platform/files/read-within.ts'

/** Larger files are data, not code or configuration. */
const MAX_BYTES = 1 << 20

/** Folders where configuration usually lies. */
const configFolders = ['', 'conf', 'config', 'configs', 'cfg', 'cfgs', 'data/hyps']

/**
 * The text of a script with the configuration and modules of its folder that it names.
 * @param refuse makes the error for a file that is no Python script
 * @throws AppError `file.notFound`, `file.unreadable` for the script and for what it names, and what `refuse` makes
 */
export function readScriptFiles(
  file: string,
  refuse: (rule: MessageDescriptor) => AppError,
): ScriptFiles {
  if (file.endsWith('.ipynb'))
    throw refuse(
      msg('rule.notebook', { command: `jupyter nbconvert --to script ${path.basename(file)}` }),
    )
  if (!file.endsWith('.py')) throw refuse(msg('rule.pythonScript'))
  const absolute = path.resolve(file)
  const isSmall = reading(absolute, 'script', () => isSmallFile(statSync(absolute)))
  if (!isSmall) throw refuse(msg('rule.pythonScript'))
  const script = reading(absolute, 'script', () => readFileSync(absolute, 'utf8'))
  const folder = path.dirname(absolute)
  const configs: Record<string, string> = {}
  for (const below of configFolders) {
    const directory = path.join(folder, below)
    const isDirectory = reading(directory, 'configuration', () =>
      statSync(directory, { throwIfNoEntry: false })?.isDirectory(),
    )
    if (isDirectory !== true) continue
    for (const name of reading(directory, 'configuration', () => readdirSync(directory)).sort()) {
      const relative = below === '' ? name : `${below}/${name}`
      if (relative === path.basename(file) || !isNamed(script, name, below)) continue
      const config = path.join(directory, name)
      const text = reading(config, 'configuration', () =>
        isSmallFile(statSync(config)) ? readFileSync(config, 'utf8') : null,
      )
      if (text !== null) setOwnValue(configs, relative, text)
    }
  }
  return { script, configs }
}

/** What reading a file or folder gives; errors of the file system are typed. */
function reading<Result>(file: string, field: string, read: () => Result): Result {
  try {
    return read()
  } catch (error) {
    throw fileError(error, file, field)
  }
}

function isSmallFile(status: Stats): boolean {
  return status.isFile() && status.size <= MAX_BYTES
}

/** Whether the script opens, composes or imports a file of this name. */
function isNamed(script: string, name: string, folder: string): boolean {
  const { name: stem, ext } = path.parse(name)
  const word = stem.replaceAll(/[^\w]/g, String.raw`\$&`)
  if (ext === '.py') {
    const module = folder === '' ? word : String.raw`${folder.replaceAll('/', '\\.')}\.${word}`
    return new RegExp(
      String.raw`^\s*(from\s+\.?${module}\s+import|import\s+${module}\b)`,
      'm',
    ).test(script)
  }
  if (!['.yaml', '.yml', '.json', '.toml'].includes(ext)) return false
  if (script.includes(name)) return true
  return (
    /hydra/.test(script) && new RegExp(String.raw`config_name\s*=\s*["']${word}["']`).test(script)
  )
}
