import { accessSync, closeSync, constants, existsSync, openSync, readSync, statSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { AppError } from '../../../core/errors/errors.ts'
import { invalidData } from '../../../core/errors/invalid-data.ts'
import { msg } from '../../../core/errors/message.ts'
import type { ProgramQuestion } from '../../../core/study/script-proposal.ts'
import { fileError } from '../../../platform/files/read-within.ts'
import { interpreterFor, isRead } from '../common/program-kinds.ts'

/** A program that is no Python script, as it is started. */
export type FoundProgram = ProgramQuestion['program']

/** @throws AppError `data.invalid` for a file that is read and not run */
export function requireProgram(file: string): void {
  if (isRead(file)) throw invalidData(file, 'path', path.basename(file), msg('rule.readNotRun'))
}

/** Of a first line. */
const LONGEST_HEAD_BYTES = 256

/**
 * How a program is started, and with which subcommand: by the interpreter that its first line or its ending names, or by itself.
 * @param named a path, or the name of a program of the PATH where no file has it
 * @throws AppError `file.notFound`, `file.unreadable`, `script.noHelp` for a file that cannot be executed
 */
export function findProgram(named: string, subcommand: string | null): FoundProgram {
  return { ...startOf(named), subcommand: subcommand?.split(' ') ?? [] }
}

function startOf(named: string): Omit<FoundProgram, 'subcommand'> {
  const isOfPath = !/[/\\]/.test(named) && !existsSync(named)
  if (isOfPath && interpreterFor(named) === null)
    return {
      folder: process.cwd(),
      script: named,
      command: { interpreter: [], reason: msg('script.interpreter.path') },
    }
  const file = path.resolve(named)
  const folder = path.dirname(file)
  const name = path.basename(file)
  const head = headOf(file)
  const isWindows = process.platform === 'win32'
  const shebang = isWindows ? null : shebangOf(head)
  const ofEnding = interpreterFor(name)
  if (ofEnding !== null) {
    if (shebang !== null)
      return {
        folder,
        script: name,
        command: {
          interpreter: shebang,
          reason: msg('script.interpreter.shebang', { name: shebang.join(' ') }),
        },
      }
    const isProject = ofEnding[0] === 'julia' && existsSync(path.join(folder, 'Project.toml'))
    const interpreter = isProject ? [...ofEnding, '--project=.'] : ofEnding
    return {
      folder,
      script: name,
      command: {
        interpreter,
        reason: msg('script.interpreter.ending', { program: interpreter.join(' ') }),
      },
    }
  }
  requireExecutable(file)
  return {
    folder,
    script: `./${name}`,
    command: { interpreter: [], reason: msg('script.interpreter.itself') },
  }
}

function headOf(file: string): string {
  try {
    if (!statSync(file).isFile())
      throw new AppError('file.unreadable', { path: file, reason: msg('rule.regularFile') })
    const head = Buffer.alloc(LONGEST_HEAD_BYTES)
    const handle = openSync(file, 'r')
    try {
      return head.toString('latin1', 0, readSync(handle, head, 0, LONGEST_HEAD_BYTES, 0))
    } finally {
      closeSync(handle)
    }
  } catch (error) {
    throw fileError(error, file, 'script')
  }
}

/** The program that a first line names, with its words; null where it names none. */
function shebangOf(head: string): readonly string[] | null {
  const line = /^#!([^\n]*)\n/.exec(head)?.[1]?.trim() ?? ''
  const [program = '', ...words] = line.split(/\s+/)
  if (program === '') return null
  if (path.basename(program) !== 'env') return [program, ...words]
  const ofEnv = words.filter((word, index) => index > 0 || word !== '-S')
  return ofEnv.length === 0 || /^-|=/.test(ofEnv[0] ?? '') ? null : ofEnv
}

/** Windows tells by the ending what it can start, and says so itself. */
function requireExecutable(file: string): void {
  if (process.platform === 'win32') return
  try {
    accessSync(file, constants.X_OK)
  } catch (error) {
    throw new AppError(
      'script.noHelp',
      { command: file, reason: msg('script.noHelp.notExecutable', { path: file }) },
      error,
    )
  }
}
