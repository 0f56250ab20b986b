import { createHash } from 'node:crypto'
import { createReadStream, realpathSync, statSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { AppError, reasonOf } from '../contract/errors.ts'
import { placeholdersIn } from '../contract/command-template.ts'
import type {
  CommandObjective,
  ModuleObjective,
  TrustedFile,
  UserCode,
} from '../contract/user-code.ts'

/** Larger files named in a command are data, not code; `files` takes any. */
const LARGEST_CODE_BYTES = 16 * 1024 * 1024

/**
 * The code that trust in an objective covers now: the command, its folder, its variables, and the content of every file that
 * the command or `files` names.
 * @param studyDirectory where relative paths start
 * @throws AppError `file.notFound` for the module, the directory or one of `files`
 */
export async function describeCode(
  objective: CommandObjective | ModuleObjective,
  studyDirectory: string,
): Promise<UserCode> {
  const isModule = 'module' in objective
  const directory = isModule
    ? path.resolve(studyDirectory)
    : existing(path.resolve(studyDirectory, objective.directory), 'objective.directory')
  const named = objective.files.map((file, index) =>
    existing(path.resolve(directory, file), `objective.files[${index}]`),
  )
  const found = isModule
    ? [existing(path.resolve(directory, objective.module), 'objective.module')]
    : filesInCommand(objective, directory)
  const files = await Promise.all(
    [...new Set([...found, ...named])].sort().map(file => hashFile(file)),
  )
  const code = {
    kind: isModule ? ('module' as const) : ('command' as const),
    command: isModule
      ? [objective.module]
      : typeof objective.command === 'string'
        ? [objective.command]
        : objective.command,
    shell: !isModule && objective.shell,
    directory,
    environment: isModule ? {} : objective.environment,
    files,
  }
  return { ...code, fingerprint: createHash('sha256').update(canonical(code)).digest('hex') }
}

/** The module's file, absolute. */
export function modulePath(objective: ModuleObjective, studyDirectory: string): string {
  return realpathSync(path.resolve(studyDirectory, objective.module))
}

function filesInCommand({ command, shell }: CommandObjective, directory: string): string[] {
  if (shell || typeof command === 'string') return []
  return command.flatMap((argument, index) => {
    // A program without a slash is one of the system, found in PATH.
    const isPath = index > 0 || argument.includes('/') || argument.includes(path.sep)
    if (!isPath || argument === '' || placeholdersIn(argument).length > 0) return []
    try {
      const file = realpathSync(path.resolve(directory, argument))
      const facts = statSync(file)
      return facts.isFile() && facts.size <= LARGEST_CODE_BYTES ? [file] : []
    } catch {
      return []
    }
  })
}

function existing(file: string, field: string): string {
  try {
    return realpathSync(file)
  } catch (error) {
    throw new AppError('file.notFound', { path: file, field }, error)
  }
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

/** The same text for the same content, whatever the order of keys. */
function canonical(code: Omit<UserCode, 'fingerprint'>): string {
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
    process.platform,
  ])
}
