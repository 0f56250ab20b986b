import path from 'node:path'
import process from 'node:process'
import { AppError } from '../../core/errors/errors.ts'
import { type MessageDescriptor, msg } from '../../core/errors/message.ts'
import { isOnShare } from '../files/own-path.ts'

/** A program as it is started. */
export interface Launch {
  readonly program: string
  readonly parameters: readonly string[]
  /** The parameters are the rest of a command line as it stands; otherwise each of them is one word. */
  readonly isVerbatim?: boolean
}

/** What is installed. */
interface Installed {
  /** Finds a program by a name or path; null: there is none. */
  readonly find: (name: string) => string | null
  /** Whether one is only an alias of Microsoft's store. */
  readonly isStoreAlias: (file: string) => boolean
}

/** Not by a variable or PATH, which others may set. */
const windowsFolder = path.win32.join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32')
export const commandShell = path.win32.join(windowsFolder, 'cmd.exe')

/** Here are links to applications of Microsoft's Store, and in every new Windows a `python` and a `python3` that only open the store. */
const storeAliasPath = /\\Microsoft\\WindowsApps\\[^\\]+$/i

/**
 * Whether a program is no program yet, but an alias of the store.
 * @param target where its link leads; null: nobody knows
 */
export function isStoreLink(file: string, target: string | null): boolean {
  return (
    storeAliasPath.test(file) &&
    (target === null || /AppInstallerPythonRedirector\.exe$/i.test(target))
  )
}

/**
 * The words in place of a command's first one. Windows itself starts programs only: batch files need `cmd.exe`, Python files Python.
 * `python3`, which Python for Windows does not bring, is `py -3` where there is none, or nothing but an alias of the store.
 */
export function windowsStarter(
  name: string,
  { find, isStoreAlias }: Installed,
): readonly string[] | null {
  const programPath = find(name)
  const python = (): readonly string[] | null => {
    const launcher = find('py')
    if (launcher !== null) return [launcher, '-3']
    const programs = [find('python3'), find('python')].filter(file => file !== null)
    const program = programs.find(file => !isStoreAlias(file)) ?? programs[0]
    return program === undefined ? null : [program]
  }
  const isPython = /^python3?(\.exe)?$/i.test(name)
  if (isPython && (programPath === null || isStoreAlias(programPath))) return python()
  if (programPath === null) return null
  if (isBatch(programPath)) return [commandShell, programPath]
  if (!/\.pyw?$/i.test(programPath)) return [programPath]
  const interpreter = python()
  return interpreter === null ? null : [...interpreter, programPath]
}

function isBatch(file: string): boolean {
  return /\.(bat|cmd)$/i.test(file)
}

/**
 * A command of words as Windows can start it, never by a search in the current folder.
 * @throws AppError `command.notStarted` for a program that is not there, or words that a batch file would not get as they are
 */
export function launchWords(words: readonly string[], installed: Installed): Launch {
  const [name = '', ...programArguments] = words
  const starter = windowsStarter(name, installed)
  if (starter === null) throw notStarted(name, msg('failure.programNotFound'))
  const [program = '', ...first] = starter
  const last = first.at(-1)
  if (program !== commandShell || last === undefined) {
    return { program, parameters: [...first, ...programArguments] }
  }
  return {
    program,
    // Nothing of the user's registry runs first, and `!` is a letter.
    parameters: [
      '/d',
      '/e:on',
      '/v:off',
      '/s',
      '/c',
      `"${[last, ...programArguments].map(quoted).join(' ')}"`,
    ],
    isVerbatim: true,
  }
}

/**
 * `cmd.exe` reads a command line once more than other programs, and no quoting keeps `%` and `"` what they are (CVE-2024-27980).
 * Within quotes all else is.
 */
function quoted(word: string): string {
  const letter = /["%\r\n\0]/.exec(word)?.[0]
  if (letter !== undefined) {
    throw notStarted(word, msg('failure.batchWord', { letter: JSON.stringify(letter) }))
  }
  return `"${word}"`
}

/** Signs that would end a word or start a command, once `%NAME%` stands for it. */
const special = /["&|<>^%!()\r\n]/

/**
 * A text for `cmd.exe`. It puts in variables before it reads the line, so what the text names between `%` must hold nothing that means
 * something there; `!NAME!` is put in later, and may hold anything.
 * @throws AppError `command.notStarted`
 */
export function launchShell(text: string, variables: Readonly<Record<string, string>>): Launch {
  const values = new Map(
    Object.entries(variables).map(([name, value]) => [name.toUpperCase(), value]),
  )
  for (const [, name = ''] of text.matchAll(/%([^%:]+)(?=[%:])/g)) {
    const value = values.get(name.toUpperCase())
    if (value === undefined || !special.test(value)) continue
    throw notStarted(commandShell, msg('failure.shellValue', { variable: name, value }))
  }
  return {
    program: commandShell,
    parameters: ['/d', '/e:on', '/v:on', '/s', '/c', `"${text}"`],
    isVerbatim: true,
  }
}

/**
 * Where `cmd.exe` cannot run it says so and goes on in the folder of Windows.
 * @throws AppError `command.notStarted`
 */
export function requireFolder({ program }: Launch, directory: string): void {
  if (program !== commandShell || !isOnShare(directory)) return
  throw notStarted(commandShell, msg('failure.shellOnShare'))
}

function notStarted(command: string, reason: MessageDescriptor): AppError {
  return new AppError('command.notStarted', { command, reason })
}
