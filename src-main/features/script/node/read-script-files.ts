import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { AppError } from '../../../core/errors/errors.ts'
import { type MessageDescriptor, msg } from '../../../core/errors/message.ts'
import { setOwnValue } from '../../../core/values/named-values.ts'
import type { ScriptFiles } from '../../../interop/python-script/read-script.ts'

/** Larger files are data, not code or configuration. */
const MAX_BYTES = 1 << 20

/** Folders where configuration usually lies. */
const configFolders = ['', 'conf', 'config', 'configs', 'cfg', 'cfgs', 'data/hyps']

/**
 * The text of a script with the configuration and modules of its folder that it names.
 * @param refuse makes the error for a file that is no Python script
 * @throws AppError `file.notFound`, and what `refuse` makes
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
  if (!existsSync(file))
    throw new AppError('file.notFound', { path: path.resolve(file), field: 'script' })
  if (!isSmallFile(file)) throw refuse(msg('rule.pythonScript'))
  const script = readFileSync(file, 'utf8')
  const folder = path.dirname(path.resolve(file))
  const configs: Record<string, string> = {}
  for (const below of configFolders) {
    const directory = path.join(folder, below)
    if (!existsSync(directory)) continue
    for (const name of readdirSync(directory).sort()) {
      const relative = below === '' ? name : `${below}/${name}`
      if (
        relative !== path.basename(file) &&
        isNamed(script, name, below) &&
        isSmallFile(path.join(directory, name))
      )
        setOwnValue(configs, relative, readFileSync(path.join(directory, name), 'utf8'))
    }
  }
  return { script, configs }
}

function isSmallFile(file: string): boolean {
  const status = statSync(file, { throwIfNoEntry: false })
  return status?.isFile() === true && status.size <= MAX_BYTES
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
