import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { msg } from '../../../core/errors/message.ts'
import type { ScriptCommand } from '../../../interop/python-script/write-script-study.ts'

/** What decides which Python runs a script. */
export interface InterpreterSearch {
  /** Absolute path of the folder of the script. */
  readonly folder: string
  /** The text of the script; its first line may name a program. */
  readonly text: string
  readonly platform: NodeJS.Platform
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** How many folders above that of a script may hold its environment. */
const FOLDERS_ABOVE = 4

/**
 * The Python of the project of a script, with the reason: its virtual environment (in its folder or above), uv, Poetry, conda, pyenv, the first line of the
 * script, the active conda environment, or that of the PATH.
 */
export function findInterpreter({
  folder,
  text,
  platform,
  environment,
}: InterpreterSearch): ScriptCommand {
  const isWindows = platform === 'win32'
  const folders = [folder]
  for (let count = 0; count < FOLDERS_ABOVE; count += 1) {
    const parent = path.dirname(folders.at(-1) ?? folder)
    if (folders.includes(parent)) break
    folders.push(parent)
  }
  const python = isWindows ? ['Scripts', 'python.exe'] : ['bin', 'python']
  for (const base of folders) {
    for (const name of ['.venv', 'venv', 'env']) {
      const file = path.join(base, name, ...python)
      if (existsSync(file) && existsSync(path.join(base, name, 'pyvenv.cfg')))
        return {
          interpreter: [file],
          reason: msg('script.interpreter.environment', { path: path.join(base, name) }),
        }
    }
    if (existsSync(path.join(base, 'uv.lock')))
      return {
        interpreter: ['uv', 'run', 'python'],
        reason: msg('script.interpreter.file', { file: 'uv.lock', program: 'uv' }),
      }
    if (existsSync(path.join(base, 'poetry.lock')))
      return {
        interpreter: ['poetry', 'run', 'python'],
        reason: msg('script.interpreter.file', { file: 'poetry.lock', program: 'Poetry' }),
      }
    const conda = ['environment.yml', 'environment.yaml', 'conda.yaml', 'conda.yml']
      .map(name => path.join(base, name))
      .find(file => existsSync(file))
    const condaName =
      conda === undefined
        ? undefined
        : /^name:\s*["']?([\w.-]+)/m.exec(readFileSync(conda, 'utf8'))?.[1]
    if (condaName !== undefined)
      return {
        interpreter: ['conda', 'run', '--no-capture-output', '-n', condaName, 'python'],
        reason: msg('script.interpreter.file', {
          file: path.basename(conda ?? ''),
          program: `conda (${condaName})`,
        }),
      }
    const pyenv = path.join(base, '.python-version')
    if (existsSync(pyenv) && !isWindows) {
      const version = readFileSync(pyenv, 'utf8').trim().split('\n')[0] ?? ''
      return {
        interpreter: ['pyenv', 'exec', 'python'],
        reason: msg('script.interpreter.file', {
          file: '.python-version',
          program: `pyenv (${version})`,
        }),
      }
    }
  }
  const { CONDA_PREFIX: prefix } = environment
  if (prefix !== undefined && prefix !== '')
    return {
      interpreter: [
        isWindows ? path.join(prefix, 'python.exe') : path.join(prefix, 'bin', 'python'),
      ],
      reason: msg('script.interpreter.variable', { variable: 'CONDA_PREFIX' }),
    }
  const shebang = /^#!\s*(?:\/usr\/bin\/env\s+(?:-S\s+)?)?(\S*python[\d.]*)\s*$/m.exec(
    text.split('\n')[0] ?? '',
  )?.[1]
  if (shebang !== undefined && !isWindows)
    return { interpreter: [shebang], reason: msg('script.interpreter.shebang', { name: shebang }) }
  return isWindows
    ? { interpreter: ['py', '-3'], reason: msg('script.interpreter.launcher', { program: 'py' }) }
    : { interpreter: ['python3'], reason: msg('script.interpreter.default') }
}
