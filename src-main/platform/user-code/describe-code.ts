import { createHash } from 'node:crypto'
import { createReadStream, lstatSync, realpathSync, statSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { AppError, reasonOf } from '../../core/errors/errors.ts'
import { msg } from '../../core/errors/message.ts'
import { placeholdersIn } from '../../core/study/command-template.ts'
import type {
  CommandObjective,
  ModuleObjective,
  TrustedFile,
  UserCode,
} from '../../core/study/user-code.ts'
import { findFiles, LARGEST_CODE_BYTES } from './find-files.ts'
import { findHelpers } from './find-helpers.ts'
import { findPrograms, isOfSystem } from './find-programs.ts'
import { commandWords } from '../../core/objectives/command/command.ts'
import { secretNames, withoutSecrets } from './secret-variables.ts'
import { isModule, moduleFile } from '../../core/objectives/module/module.ts'

/**
 * The code that trust in an objective covers now: the command, its folder, its variables, the programs that it starts, what its executor is told,
 * and the content of every file that the command, a variable or `files` names, or that one of these imports from its own folders.
 * @param studyDirectory where relative paths start
 * Of secret variables it covers the name alone, so that a new token is no new code.
 * @param executor what other computers are told, as the executor of the study describes it
 * @throws AppError `file.notFound` for the module, the directory or one of `files`
 */
export async function describeCode(
  described: CommandObjective | ModuleObjective,
  studyDirectory: string,
  executor: readonly string[] = [],
): Promise<UserCode> {
  const objective = withoutSecrets(described, secretNames(described))
  const isOfModule = isModule(objective)
  const directory = isOfModule
    ? path.resolve(studyDirectory)
    : existing(path.resolve(studyDirectory, objective.directory), 'objective.directory')
  const declared = objective.files.map((file, index) =>
    existingFile(path.resolve(directory, file), `objective.files[${index}]`),
  )
  const codeFiles = isOfModule
    ? {
        files: [existing(path.resolve(directory, moduleFile(objective)), 'objective.module')],
        notCovered: [],
      }
    : findFiles(objective, directory)
  const helpers = findHelpers(
    codeFiles.files,
    [directory],
    isOfModule ? {} : objective.environment,
    isOfModule ? [] : codeTexts(objective),
  )
  const programs = isOfModule ? [] : findPrograms(objective, directory)
  const userPrograms = programs.filter(({ file }) => !isOfSystem(file) && isSmall(file))
  const paths = [
    ...codeFiles.files,
    ...helpers.files,
    ...declared,
    ...userPrograms.map(({ file }) => file),
  ]
  const files = await Promise.all([...new Set(paths)].sort().map(file => hashFile(file)))
  const covered = new Set(files.map(file => file.path))
  const code = {
    kind: isOfModule ? ('module' as const) : ('command' as const),
    command: isOfModule ? [moduleFile(objective)] : commandWords(objective),
    shell: !isOfModule && objective.shell,
    directory,
    environment: isOfModule ? {} : objective.environment,
    files,
    programs,
    executor: isOfModule ? [] : executor,
  }
  const isCovered = (file: unknown): boolean => typeof file === 'string' && covered.has(file)
  const noted = [...codeFiles.notCovered, ...helpers.notCovered].filter(
    ({ values }) => !isCovered(values?.['path']),
  )
  const pathOnly = programs.filter(
    ({ file }) => !covered.has(file) && noted.every(({ values }) => values?.['path'] !== file),
  )
  return {
    ...code,
    fingerprint: fingerprintOf(code),
    notCovered: [
      ...(code.shell ? [msg('trust.noShellFiles')] : []),
      ...noted,
      ...pathOnly.map(({ file }) => msg('trust.uncovered.program', { path: file })),
      ...(isOfModule || !fillsFiles(objective) ? [] : [msg('trust.uncovered.parameters')]),
      ...(code.executor.length === 0 ? [] : [msg('trust.uncovered.nodes')]),
      msg('trust.uncovered.loaded'),
      msg('trust.uncovered.session'),
    ],
  }
}

/** Whether a parameter can make a word of the command another file. */
function fillsFiles({ command }: CommandObjective): boolean {
  return typeof command !== 'string' && command.some(word => placeholdersIn(word).length > 0)
}

function isSmall(file: string): boolean {
  try {
    return statSync(file).size <= LARGEST_CODE_BYTES
  } catch (error) {
    // An application of Microsoft's Store, which only Windows itself can follow, is known by its place.
    if (process.platform === 'win32' && lstatSync(file).isSymbolicLink()) return false
    throw new AppError('file.unreadable', { path: file, reason: reasonOf(error) }, error)
  }
}

/** The module's file, absolute. */
export function modulePath(objective: ModuleObjective, studyDirectory: string): string {
  return realpathSync(path.resolve(studyDirectory, moduleFile(objective)))
}

function existing(file: string, field: string): string {
  try {
    return realpathSync(file)
  } catch (error) {
    throw new AppError('file.notFound', { path: file, field }, error)
  }
}

/** A device or a pipe would be read for ever. */
function existingFile(file: string, field: string): string {
  const real = existing(file, field)
  if (statSync(real).isFile()) return real
  throw new AppError('file.unreadable', { path: file, reason: msg('rule.regularFile') })
}

/** Code that a command holds itself, such as `python -c …`. */
function codeTexts({ command }: CommandObjective): readonly string[] {
  if (typeof command === 'string') return []
  return command.flatMap((word, index) =>
    /^-(?:[a-zA-Z]*c|e|p|-eval|-print)$/.test(command[index - 1] ?? '') && /\s/.test(word)
      ? [word]
      : [],
  )
}

async function hashFile(file: string): Promise<TrustedFile> {
  const hash = createHash('sha256')
  try {
    for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer)
  } catch (error) {
    throw new AppError('file.unreadable', { path: file, reason: reasonOf(error) }, error)
  }
  return { path: file, sha256: hash.digest('hex') }
}

/** SHA-256 over everything that trust covers. */
export function fingerprintOf(code: Omit<UserCode, 'fingerprint' | 'notCovered'>): string {
  return createHash('sha256').update(canonical(code)).digest('hex')
}

/** The same text for the same content, whatever the order of keys. */
function canonical(code: Omit<UserCode, 'fingerprint' | 'notCovered'>): string {
  const environment = Object.entries(code.environment).sort(([left], [right]) =>
    left < right ? -1 : 1,
  )
  return JSON.stringify([
    code.kind,
    code.command,
    code.shell,
    code.directory,
    environment,
    code.files.map(({ path: file, sha256 }) => [file, sha256]),
    code.programs.map(({ name, found: lookupPath, file }) => [name, lookupPath, file]),
    code.executor,
    process.platform,
  ])
}
