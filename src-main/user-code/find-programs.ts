import {
  accessSync,
  closeSync,
  constants,
  openSync,
  readSync,
  realpathSync,
  statSync,
} from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import type { CommandObjective, TrustedProgram } from '../contract/user-code.ts'

/** They start what their further words name. */
const starters =
  /^(env|nice|ionice|nohup|time|timeout|stdbuf|taskset|numactl|setsid|sudo|doas|xargs|srun|mpirun|mpiexec|xvfb-run|uv|poetry|pipenv|conda|mamba|(ba|da|z|k|fi)?sh)$/

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
  const words = typeof command === 'string' ? ['/bin/sh', '-c', command] : command
  const [first = '', ...rest] = words
  const isStarter = starters.test(path.basename(first))
  const names = [
    first,
    ...(isStarter ? rest.flatMap(wordsOf).filter(word => !/[/\\]/.test(word)) : []),
  ]
  const variable = objective.environment['PATH'] ?? process.env['PATH'] ?? ''
  const find = (name: string): TrustedProgram[] => {
    const found = lookUp(name, directory, variable)
    return found === null ? [] : [{ name, found, file: realpathSync(found) }]
  }
  const programs = names.flatMap(find)
  const interpreters = programs.flatMap(({ file }) => interpretersOf(file)).flatMap(find)
  return [...new Map([...programs, ...interpreters].map(one => [one.found, one])).values()]
}

/** Whether a program can be changed by nobody but the administrator of the machine, who can change everything. */
export function isOfSystem(file: string): boolean {
  if (!/^\/(usr|bin|sbin|opt|nix|snap|gnu)\//.test(file)) return false
  const { uid, mode } = statSync(file)
  return uid === 0 && (mode & 0o022) === 0
}

function lookUp(name: string, directory: string, variable: string): string | null {
  const isPath = name.includes('/') || name.includes(path.sep)
  const folders = isPath ? ['.'] : variable.split(path.delimiter)
  const endings =
    process.platform === 'win32' ? ['', ...(process.env['PATHEXT'] ?? '.EXE').split(';')] : ['']
  for (const folder of folders) {
    for (const ending of endings) {
      const file = path.resolve(directory, folder, name + ending)
      if (isProgram(file)) return file
    }
  }
  return null
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
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
