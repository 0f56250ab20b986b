import {
  accessSync,
  closeSync,
  constants,
  openSync,
  readlinkSync,
  readSync,
  realpathSync,
  statSync,
} from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import type { CommandObjective, TrustedProgram } from '../../core/study/user-code.ts'
import { foldersOfPath, isPlaced } from '../processes/executable-on-path.ts'
import { commandShell, isStoreLink, windowsStarter } from './windows-launch.ts'

const onWindows = process.platform === 'win32'

/** They start what their further words name. */
const starters =
  /^(env|nice|ionice|nohup|time|timeout|stdbuf|taskset|numactl|setsid|sudo|doas|xargs|srun|mpirun|mpiexec|xvfb-run|uv|poetry|pipenv|conda|mamba|(ba|da|z|k|fi|power|pw)?sh(ell)?|cmd)(\.exe)?$/

/** Of a script's first line. */
const LONGEST_HEAD_BYTES = 256

/** Words of a shell text. */
export function wordsOf(text: string): string[] {
  return text.split(/[\s'"`;|&()<>$]+/).filter(word => word !== '')
}

/**
 * The programs that a command starts, as they are found now: its first word, what a starter such as `env` or a shell is told to start,
 * and the interpreters of scripts.
 * @param directory where the command runs
 */
export function findPrograms(objective: CommandObjective, directory: string): TrustedProgram[] {
  const { command } = objective
  const shell = onWindows ? [commandShell, '/c'] : ['/bin/sh', '-c']
  const words = typeof command === 'string' ? [...shell, command] : command
  const [first = '', ...otherWords] = words
  const isStarter = starters.test(path.basename(first))
  const names = [
    first,
    ...(isStarter ? otherWords.flatMap(wordsOf).filter(word => !/[/\\]/.test(word)) : []),
  ]
  const lookUp = programFinder(objective, directory)
  const find = (name: string): TrustedProgram[] => {
    const starter = onWindows
      ? (windowsStarter(name, { find: lookUp, isStoreAlias }) ?? [])
      : [lookUp(name) ?? '']
    return starter
      .filter(candidate => path.isAbsolute(candidate))
      .map(lookupPath => ({ name, found: lookupPath, file: realOf(lookupPath) }))
  }
  const programs = names.flatMap(find)
  const interpreters = programs.flatMap(({ file }) => interpretersOf(file)).flatMap(find)
  return [
    ...new Map([...programs, ...interpreters].map(program => [program.found, program])).values(),
  ]
}

/** Whether a program can be changed by nobody but the administrator of the machine, who can change everything. */
export function isOfSystem(file: string): boolean {
  // Deeper folders of Windows may be written by others.
  if (onWindows) return /^[a-z]:\\windows\\(system32\\)?[^\\]+$/i.test(file)
  if (!/^\/(usr|bin|sbin|opt|nix|snap|gnu)\//.test(file)) return false
  const { uid, mode } = statSync(file)
  return uid === 0 && (mode & 0o022) === 0
}

/**
 * How the programs of a command are found: absolute, by PATH, never in the current folder.
 * @param directory where the command runs
 */
export function programFinder(
  objective: CommandObjective,
  directory: string,
): (name: string) => string | null {
  const named = foldersOfPath(objective.environment['PATH'] ?? process.env['PATH'] ?? '')
  return name => {
    const isPath = name.includes('/') || name.includes(path.sep)
    for (const folder of isPath ? ['.'] : named) {
      for (const ending of endingsOf(name)) {
        const file = path.resolve(directory, folder, name + ending)
        if (isProgram(file)) return file
      }
    }
    return null
  }
}

/** Endings that may follow the name of a program. Windows tells by the ending what a file is. */
function endingsOf(name: string): readonly string[] {
  if (!onWindows) return ['']
  const executableEndings = (process.env['PATHEXT'] ?? '.COM;.EXE;.BAT;.CMD').split(';')
  const endings = [...executableEndings, '.PY'].map(ending => ending.toLowerCase())
  return endings.includes(path.extname(name).toLowerCase()) ? [''] : endings
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return onWindows && isPlaced(file)
  }
}

/** Only the link tells an application of Microsoft's Store from an alias of the store. */
export function isStoreAlias(file: string): boolean {
  try {
    return isStoreLink(file, readlinkSync(file))
  } catch {
    return isStoreLink(file, null)
  }
}

function realOf(file: string): string {
  try {
    return realpathSync(file)
  } catch {
    return file
  }
}

/** The program that a script's first line (`#!`) starts. */
function interpretersOf(file: string): string[] {
  const head = Buffer.alloc(LONGEST_HEAD_BYTES)
  try {
    const handle = openSync(file, 'r')
    readSync(handle, head, 0, LONGEST_HEAD_BYTES, 0)
    closeSync(handle)
  } catch {
    return []
  }
  const [, line = ''] = /^#!(.*)/.exec(head.toString('latin1')) ?? []
  const [interpreter, ...words] = line.trim().split(/\s+/)
  if (interpreter === undefined || interpreter === '') return []
  const named =
    path.basename(interpreter) === 'env' ? words.find(word => !/^-|=/.test(word)) : undefined
  return named === undefined ? [interpreter] : [interpreter, named]
}
