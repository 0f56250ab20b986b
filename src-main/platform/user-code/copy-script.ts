import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import path from 'node:path'
import { AppError } from '../../core/errors/errors.ts'
import type { CommandObjective, UserCode } from '../../core/study/user-code.ts'
import { replaceFileSync } from '../files/temporary.ts'
import type { FilledCommand } from './command-environment.ts'
import { pythonModules } from './find-helpers.ts'
import modulesOfPython from './python-modules.json' with { type: 'json' }

const LARGEST_SCRIPT_BYTES = 1024 * 1024

/**
 * Modules of Python that do not ask where the script lies, of its standard library and of numeric packages. Others may read files
 * beside the script, as Hydra and Sacred do: their scripts run where they lie.
 */
const harmlessModules = new Set<string>([...modulesOfPython.standard, ...modulesOfPython.numeric])

/** A script with one of these may look for itself, or for what lies beside it. */
const looksForItself =
  /__file__|__spec__|__loader__|sys\s*\.\s*(?:path|argv\s*\[\s*0|modules)|\binspect\b|\bimportlib\b|\b__import__\b|\brunpy\b|\bexec\s*\(|\bget_script\b|\bpickle\b|\btorch\s*\.\s*load\b|\ballow_pickle\b/

/** A script that can run from anywhere: its trusted content, and which word of the command names it. */
export interface SelfContainedScript {
  /** Absolute, links resolved. */
  readonly file: string
  readonly sha256: string
  /** Position of its word behind the program. */
  readonly parameter: number
}

/**
 * The script of a command, where it is all that trust covers and needs nothing beside it: a Python file, run by `python FILE …`, that imports only
 * modules which do not ask where it lies, and does not ask itself. Anything else is null, and runs where it lies.
 * @param code as it is trusted now
 */
export function selfContainedScript(
  objective: CommandObjective,
  code: UserCode,
): SelfContainedScript | null {
  const programs = new Set(code.programs.map(({ file }) => file))
  const [trusted, ...others] = code.files.filter(file => !programs.has(file.path))
  if (trusted === undefined || others.length > 0 || objective.serves || objective.shell) return null
  const { command } = objective
  if (typeof command === 'string') return null
  const [program = '', ...words] = command
  if (!/^python(?:3(?:\.\d+)?)?(?:\.exe)?$/i.test(path.basename(program))) return null
  const parameter = words[0] === '-u' ? 1 : 0
  const word = words[parameter]
  if (word === undefined || !/\.py$/i.test(word)) return null
  const file = path.resolve(code.directory, word)
  if (!existsSync(file) || realpathSync(file) !== trusted.path) return null
  if (statSync(file).size > LARGEST_SCRIPT_BYTES) return null
  const text = readFileSync(file, 'utf8')
  const modules = pythonModules(text).map(name => name.split('.')[0] ?? '')
  const isHarmless = modules.every(name => harmlessModules.has(name)) && !looksForItself.test(text)
  return isHarmless ? { file, sha256: trusted.sha256, parameter } : null
}

/**
 * The command with a copy of its script, which lies in a folder named by its hash. The copy holds the bytes that were hashed, so what is written
 * into the original from now on does not run. Nothing is imported from the folder of the original: whatever lies there is not trusted.
 * @param folder of the trial
 * @throws AppError `userCode.changed`
 */
export function withCopiedScript(
  filled: FilledCommand,
  { file, sha256, parameter }: SelfContainedScript,
  folder: string,
): FilledCommand {
  const bytes = readFileSync(file)
  if (createHash('sha256').update(bytes).digest('hex') !== sha256) {
    throw new AppError('userCode.changed', { path: file })
  }
  const copyFolder = path.join(folder, 'code', sha256)
  const copy = path.join(copyFolder, path.basename(file))
  mkdirSync(copyFolder, { recursive: true, mode: 0o700 })
  replaceFileSync(copy, bytes)
  return {
    ...filled,
    parameters: filled.parameters.with(parameter, copy),
  }
}
